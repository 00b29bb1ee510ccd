namespace Gateway.Client.Http;

/// <summary>An HTTP call to the gateway did not succeed.</summary>
public sealed class GatewayHttpException : Exception
{
    /// <summary>Creates a failure.</summary>
    public GatewayHttpException(
        string message, int statusCode = 0, string code = "", IReadOnlyDictionary<string, string[]>? errors = null, TimeSpan? retryAfter = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        Code = code;
        Errors = errors ?? new Dictionary<string, string[]>(StringComparer.Ordinal);
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status; 0 when there was no answer at all.</summary>
    public int StatusCode { get; }

    /// <summary>The stable code of the gateway's problem, for example <c>credentials-invalid</c>; empty when the answer had none.</summary>
    public string Code { get; }

    /// <summary>What is wrong with which field, when the gateway said so.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }

    /// <summary>How long the gateway asks to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same call may succeed later without any change to it.</summary>
    public bool IsRetryable => StatusCode is 0 or 408 or 423 or 429 or >= 500;
}
