namespace Gateway.Server.Relay;

/// <summary>What <see cref="RelayItem.StandBy"/> says beside the place. Frozen with it.</summary>
[Flags]
internal enum StandByFlags
{
    None = 0,

    /// <summary>The messages are all that are kept, or begin to be; else they come to those that were told before.</summary>
    Whole = 1,

    /// <summary>Under this lease the owner gives the room nothing more.</summary>
    Last = 2,
}
