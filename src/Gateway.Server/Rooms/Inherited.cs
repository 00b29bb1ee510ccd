namespace Gateway.Server.Rooms;

/// <summary>Where a room stood with the owner before this node, as far as it has told.</summary>
/// <param name="OwnerEpoch">Of the lease of the owner who said it.</param>
/// <param name="Epoch">The room's.</param>
/// <param name="Head">The newest offset that the owner has said it has given; it may have given more.</param>
/// <param name="IsExact">It was the owner's last word, and nobody owned the room after it: under this epoch no other offset has been given.</param>
/// <param name="Kept">The latest transient messages, with this node's number for the room; one reference each for the receiver.</param>
internal sealed record Inherited(long OwnerEpoch, long Epoch, long Head, bool IsExact, IReadOnlyList<RoomMessage> Kept)
{
    /// <summary>The room here knows nothing of that lease, and nothing else is kept: what it has is older.</summary>
    public bool IsLater { get; init; }
}
