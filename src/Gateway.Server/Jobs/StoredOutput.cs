namespace Gateway.Server.Jobs;

/// <summary>A file of a result at rest.</summary>
/// <param name="Kind"><c>result</c>, <c>thumbnail</c> or <c>preview</c>.</param>
/// <param name="Path">Relative to the data directory, so that it can be moved.</param>
internal sealed record StoredOutput(string Kind, string Path, long SizeBytes, string ContentType);
