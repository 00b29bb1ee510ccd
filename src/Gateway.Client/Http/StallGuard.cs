namespace Gateway.Client.Http;

/// <summary>Cancels a transfer that stands still, or that its caller cancels.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly GatewayHttpOptions _options;
    private readonly CancellationTokenSource _stall;
    private readonly CancellationTokenSource _either;
    private readonly ITimer _timer;
    private readonly CancellationToken _caller;

    public StallGuard(GatewayHttpOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _caller = cancellationToken;
        _stall = new CancellationTokenSource();
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stall.Token, cancellationToken);
        _timer = options.TimeProvider.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), _stall, options.StallTimeout, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _either.Token;

    public bool HasStalled => _stall.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Something has moved: the time begins anew.</summary>
    public void Moved() => _timer.Change(_options.StallTimeout, Timeout.InfiniteTimeSpan);

    public GatewayHttpException ToException(string what, Exception exception) =>
        new($"The {what} stood still for {_options.StallTimeout.TotalSeconds} s.", innerException: exception);

    public void Dispose()
    {
        _timer.Dispose();
        _either.Dispose();
        _stall.Dispose();
    }
}
