using Gateway.Protocol.Frames;

namespace Gateway.Client;

/// <summary>A call to the gateway did not succeed. Cancellation is an <see cref="OperationCanceledException"/> instead.</summary>
public sealed class GatewayException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="failure">Its kind.</param>
    /// <param name="message">One sentence for a person.</param>
    /// <param name="code">The code of the gateway's error frame or close frame; 0 when there was none.</param>
    /// <param name="retryAfter">How long the gateway asks to wait; null when it did not say.</param>
    /// <param name="innerException">What caused it.</param>
    public GatewayException(
        GatewayFailure failure, string message, int code = 0, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        Code = code;
        RetryAfter = retryAfter;
    }

    /// <summary>The kind of failure.</summary>
    public GatewayFailure Failure { get; }

    /// <summary>
    /// For <see cref="GatewayFailure.Refused"/> the code of the error frame (for example 1006 forbidden, 2001 rate-limited), for
    /// <see cref="GatewayFailure.Closed"/> the close code, where there was one; otherwise 0.
    /// </summary>
    public int Code { get; }

    /// <summary>How long the gateway asks to wait before the next try; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same call may succeed later without any change to it.</summary>
    public bool IsRetryable => Failure switch
    {
        GatewayFailure.Refused => ((ErrorCode)Code).IsRetryable(),
        GatewayFailure.Closed or GatewayFailure.PayloadTooLarge or GatewayFailure.ProtocolError => false,
        _ => true,
    };
}
