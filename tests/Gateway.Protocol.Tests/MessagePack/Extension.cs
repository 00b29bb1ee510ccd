namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>An extension in the tests' model of a value.</summary>
internal sealed record Extension(sbyte Type, byte[] Data);
