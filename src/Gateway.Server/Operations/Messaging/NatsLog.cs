using Gateway.Nats;

namespace Gateway.Server.Operations.Messaging;

/// <summary>Writes down what happens to the connection. Its texts hold no credentials: the client sees to that.</summary>
internal sealed partial class NatsLog(ILogger<NatsLog> logger) : INatsObserver
{
    /// <summary>The connection is up, for the first time or again. Raised on the connection's own loop.</summary>
    public event Action? Connected;

    public void OnStatus(NatsStatus status, string? server, NatsError? cause)
    {
        if (status == NatsStatus.Reconnecting)
            LogLost(cause?.ToString());
        else
            LogStatus(status, server);
        if (status == NatsStatus.Connected)
            Connected?.Invoke();
    }

    public void OnError(NatsError error) => LogError(error.ToString(), error.Cause);

    public void OnLameDuck(string server) => LogLameDuck(server);

    public void OnSlowSubscriber(NatsSubscription subscription) => LogSlow(subscription.Subject);

    public void OnHandlerStall(TimeSpan elapsed) => LogStall(elapsed);

    public void OnHandlerFault(NatsSubscription subscription, Exception fault) => LogFault(fault, subscription.Subject);

    public void OnUnclean(Exception exception) => LogUnclean(exception);

    [LoggerMessage(EventId = 9050, Level = LogLevel.Information, Message = "NATS: {Status} {Server}")]
    private partial void LogStatus(NatsStatus status, string? server);

    [LoggerMessage(EventId = 9051, Level = LogLevel.Warning, Message = "NATS: the connection was lost: {Cause}")]
    private partial void LogLost(string? cause);

    [LoggerMessage(EventId = 9052, Level = LogLevel.Warning, Message = "NATS: {Error}")]
    private partial void LogError(string error, Exception? exception);

    [LoggerMessage(EventId = 9053, Level = LogLevel.Information, Message = "NATS: {Server} shuts down soon")]
    private partial void LogLameDuck(string server);

    [LoggerMessage(EventId = 9054, Level = LogLevel.Warning, Message = "NATS: the reader of {Subject} does not keep up; messages for it are dropped")]
    private partial void LogSlow(string subject);

    [LoggerMessage(EventId = 9055, Level = LogLevel.Warning, Message = "NATS: the handlers took {Elapsed} for one read")]
    private partial void LogStall(TimeSpan elapsed);

    [LoggerMessage(EventId = 9056, Level = LogLevel.Error, Message = "NATS: the handler of {Subject} failed")]
    private partial void LogFault(Exception exception, string subject);

    [LoggerMessage(EventId = 9057, Level = LogLevel.Information, Message = "NATS: the connection was not closed in good order")]
    private partial void LogUnclean(Exception exception);
}
