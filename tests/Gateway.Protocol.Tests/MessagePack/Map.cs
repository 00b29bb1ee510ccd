namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>A map in the tests' model of a value: entries in order, keys of any kind, equal ones allowed.</summary>
internal sealed record Map(params (object? Key, object? Value)[] Entries);
