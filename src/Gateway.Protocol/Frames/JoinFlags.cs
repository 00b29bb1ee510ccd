namespace Gateway.Protocol.Frames;

/// <summary>What a member asks for when it joins. Unknown bits are ignored.</summary>
[Flags]
public enum JoinFlags
{
    /// <summary>The messages, nothing else.</summary>
    None = 0,

    /// <summary>A <c>roster</c> after <c>joined</c>, then <c>changes</c>.</summary>
    Presence = 1,

    /// <summary>Not to be listed in the roster.</summary>
    Observer = 2,
}
