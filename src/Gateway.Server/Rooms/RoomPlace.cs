namespace Gateway.Server.Rooms;

/// <summary>The owner's answer to a node that follows: where the room stands. From here on the node is sent everything, in order.</summary>
/// <param name="OwnerEpoch">Of the owner's lease: what comes under an older one is out of date.</param>
/// <param name="Epoch">The room's.</param>
/// <param name="Head">The newest offset that the owner has sent.</param>
/// <param name="Continues">The epoch is new, but its offsets are those of the epoch that the asking node knew.</param>
/// <param name="Number">Of the newest <see cref="RoomBatch"/> that the owner had sent: what is kept is as of then.</param>
/// <param name="Kept">The latest transient messages, one reference each for the receiver.</param>
internal sealed record RoomPlace(long OwnerEpoch, long Epoch, long Head, bool Continues, long Number, IReadOnlyList<RoomMessage> Kept);
