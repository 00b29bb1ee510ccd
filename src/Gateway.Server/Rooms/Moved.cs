namespace Gateway.Server.Rooms;

/// <summary>A room tells its lanes that it goes on elsewhere in its history than right behind the last message.</summary>
/// <param name="Epoch">The epoch from now on.</param>
/// <param name="Head">The newest offset.</param>
/// <param name="Continues">Positions that members have mean the same as before, up to the head.</param>
internal sealed record Moved(long Epoch, long Head, bool Continues);
