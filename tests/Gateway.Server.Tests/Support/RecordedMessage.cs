using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Support;

/// <summary>What a part of the server published.</summary>
internal sealed record RecordedMessage(string Room, string EventName, IReadOnlyDictionary<string, object?> Payload, PublishOptions Options);
