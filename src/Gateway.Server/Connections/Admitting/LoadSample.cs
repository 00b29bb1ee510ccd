namespace Gateway.Server.Connections.Admitting;

/// <summary>What the process takes of its machine at one moment.</summary>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="MemoryLimitBytes">What it may have: the container's limit, else the machine's memory.</param>
/// <param name="CpuTime">User and system time since the start.</param>
/// <param name="CoreCount">Cores it may use.</param>
internal readonly record struct LoadSample(long MemoryBytes, long MemoryLimitBytes, TimeSpan CpuTime, double CoreCount);
