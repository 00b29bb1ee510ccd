using System.Text.Json.Serialization;

namespace Gateway.Server.Http;

/// <summary>The JSON of a <see cref="Problem"/> (RFC 9457, section 3, with the extension members code, traceId, errors and uploadOffset).</summary>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UploadOffset);
