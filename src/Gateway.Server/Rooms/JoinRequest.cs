namespace Gateway.Server.Rooms;

/// <summary>What a member asks for when it joins.</summary>
/// <param name="Epoch">The epoch of the position last seen; null: the member has none.</param>
/// <param name="Offset">The offset last seen under <paramref name="Epoch"/>.</param>
/// <param name="Tail">Without an epoch: how many of the newest messages to begin with.</param>
/// <param name="WantsPresence">Send the roster and its changes.</param>
/// <param name="IsObserver">Not to be listed in the roster.</param>
/// <param name="PresenceKey">Under which name the member is listed: its user, or <c>~</c> and the connection's id.</param>
internal sealed record JoinRequest(long? Epoch, long Offset, int Tail, bool WantsPresence, bool IsObserver, string PresenceKey);
