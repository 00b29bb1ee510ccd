namespace Gateway.Faults.Tests.Oracles;

/// <summary>What a room must not do.</summary>
internal enum ViolationKind
{
    /// <summary>A message that a member should have got did not come: nobody told it, or it was told in a durable room whose history reaches back.</summary>
    Lost,

    /// <summary>A message came to a member twice, or is in the room's order twice.</summary>
    Doubled,

    /// <summary>Two say different things about one place in the order, or the order is not the publisher's.</summary>
    OutOfOrder,

    /// <summary>A durable room began anew although its history was not lost, or a room went back to an epoch that had ended.</summary>
    EpochChanged,

    /// <summary>Nothing came any more, or no answer.</summary>
    Stalled,

    /// <summary>A node ended although nobody had told it to.</summary>
    Crashed,

    /// <summary>The gateway answered what it never may: an error that says not to come back, or what is no frame.</summary>
    Refused,
}
