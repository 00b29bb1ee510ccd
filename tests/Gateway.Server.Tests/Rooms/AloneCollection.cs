namespace Gateway.Server.Tests.Rooms;

/// <summary>For tests that look at counts of the whole process: they run when no other does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
