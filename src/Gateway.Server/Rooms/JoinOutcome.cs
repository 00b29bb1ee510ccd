namespace Gateway.Server.Rooms;

/// <summary>What <c>joined</c> says (protocol/spec.md, section 5).</summary>
internal readonly record struct JoinOutcome(int Number, long Epoch, long Offset, long Head, bool Recovered);
