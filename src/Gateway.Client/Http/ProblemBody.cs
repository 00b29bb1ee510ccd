namespace Gateway.Client.Http;

/// <summary>The JSON body of an error (RFC 9457, with the gateway's extension members).</summary>
internal sealed record ProblemBody(string? Title, string? Detail, string? Code, IReadOnlyDictionary<string, string[]>? Errors);
