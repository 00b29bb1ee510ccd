namespace Gateway.Faults.Tests.Schedules;

/// <summary>How a line fails.</summary>
internal enum CutManner
{
    /// <summary>Connections break, new ones are refused.</summary>
    Refuse,

    /// <summary>Nothing comes through in either direction, and nobody says so; what was held comes when it heals.</summary>
    Hold,

    /// <summary>The same in one direction: what the node says is not heard.</summary>
    HoldUp,

    /// <summary>The same in the other: the node hears nothing.</summary>
    HoldDown,

    /// <summary>Nothing comes through, and what was held is lost with its connection at the end.</summary>
    HoldThenBreak,
}
