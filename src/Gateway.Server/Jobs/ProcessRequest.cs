namespace Gateway.Server.Jobs;

/// <summary>A service asks for an ended job to be done again.</summary>
/// <param name="Preset">Another preset; null for the same.</param>
internal sealed record ProcessRequest(string? JobId, string? Preset);
