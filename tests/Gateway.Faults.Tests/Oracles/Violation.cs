namespace Gateway.Faults.Tests.Oracles;

/// <summary>One way in which the gateway did not hold.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Who">The member or publisher that saw it.</param>
/// <param name="Room">The room's name.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Count">How many messages are concerned.</param>
internal sealed record Violation(ViolationKind Kind, string Who, string Room, string Detail, long Count = 1)
{
    public override string ToString() => $"{Kind}: {Who} in {Room}: {Detail}";
}
