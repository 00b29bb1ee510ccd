using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>An error frame.</summary>
internal sealed record ServerError(ErrorCode Code, string Sentence, TimeSpan? RetryAfter)
{
    public bool IsRetryable => Code.IsRetryable();

    public bool IsAboutToken => Code is ErrorCode.TokenInvalid or ErrorCode.TokenExpired;

    public GatewayException ToException() => new(GatewayFailure.Refused, Sentence, (int)Code, RetryAfter);
}
