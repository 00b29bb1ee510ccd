using Gateway.Protocol.Frames;

namespace Gateway.Server.Backends;

/// <summary>What the doors for backends log; event ids 5000 to 5099.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Debug, "A message of a backend to {Subject} was refused with {Code}: {Sentence}")]
    public static partial void MessageRefused(ILogger log, string subject, ErrorCode code, string sentence);

    [LoggerMessage(5001, LogLevel.Warning, "The service {Service} does not answer; for {Duration} its requests are refused at once")]
    public static partial void BreakerOpened(ILogger log, string service, TimeSpan duration);

    [LoggerMessage(5002, LogLevel.Information, "The service {Service} answers again")]
    public static partial void BreakerClosed(ILogger log, string service);

    [LoggerMessage(5003, LogLevel.Error, "A call of a backend to {Subject} failed because of a fault")]
    public static partial void CallFailed(ILogger log, string subject, Exception exception);

    [LoggerMessage(5004, LogLevel.Information, "Backends are served under {Prefix} over NATS")]
    public static partial void Listening(ILogger log, string prefix);
}
