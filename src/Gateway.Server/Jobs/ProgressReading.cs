namespace Gateway.Server.Jobs;

/// <summary>A reading of a running job, from a worker here or elsewhere.</summary>
/// <param name="Percent">0 to 100.</param>
internal readonly record struct ProgressReading(double Percent, string Stage, double? EtaSeconds, double? Fps, double? Speed);
