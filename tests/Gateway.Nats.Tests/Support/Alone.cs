namespace Gateway.Nats.Tests.Support;

/// <summary>Tests that look at what the whole process does; nothing else runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
