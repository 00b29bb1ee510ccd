namespace Gateway.Server.Rooms;

/// <summary>What became of a publish.</summary>
/// <param name="Status">Only <see cref="PublishStatus.Accepted"/> and <see cref="PublishStatus.Duplicate"/> carry a position.</param>
/// <param name="Epoch">The room's epoch.</param>
/// <param name="Offset">The message's offset; 0 for a transient message.</param>
internal readonly record struct PublishResult(PublishStatus Status, long Epoch, long Offset)
{
    public bool IsAccepted => Status is PublishStatus.Accepted or PublishStatus.Duplicate;
}
