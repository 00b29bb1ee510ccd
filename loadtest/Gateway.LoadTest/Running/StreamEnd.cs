namespace Gateway.LoadTest.Running;

/// <summary>Where a publisher's sequence ended: what every member of the room must have.</summary>
/// <param name="Target">Index of the gateway: rooms of the same name on different gateways are different rooms.</param>
/// <param name="Room">The room.</param>
/// <param name="Slot">The publisher's place among those of the room.</param>
/// <param name="Sequence">The last one.</param>
/// <param name="Unacknowledged">How many of them were not acknowledged.</param>
internal sealed record StreamEnd(int Target, string Room, int Slot, uint Sequence, long Unacknowledged);
