namespace Gateway.Server.Http;

/// <summary>An error of the HTTP API, as RFC 9457 has it, before it is bound to a request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What programs switch on: never renamed, listed in <see cref="ProblemCodes"/>.</param>
/// <param name="Sentence">For people; may change.</param>
internal sealed record Problem(int Status, string Code, string Sentence)
{
    /// <summary>When set, the <c>Retry-After</c> header (whole seconds, rounded up).</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sentences per field of the request.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Sent as <c>WWW-Authenticate</c> (RFC 6750, section 3).</summary>
    public string? Challenge { get; init; }

    /// <summary>Sent as <c>Upload-Offset</c>: where an upload really stands.</summary>
    public long? UploadOffset { get; init; }

    /// <summary>The body was not read to its end and must not be: the connection closes after the answer.</summary>
    public bool ClosesConnection { get; init; }
}
