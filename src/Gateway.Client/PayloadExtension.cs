namespace Gateway.Client;

/// <summary>A MessagePack extension that has no .NET type of its own.</summary>
/// <param name="Type">0 to 127 are the application's, negative ones are MessagePack's.</param>
/// <param name="Data">The data.</param>
public sealed record PayloadExtension(sbyte Type, ReadOnlyMemory<byte> Data);
