namespace Gateway.Server.Operations.Health;

/// <summary>Something without which the node should get no traffic. Registered as a service; called by every probe, so it must be cheap and safe from any thread.</summary>
internal interface IReadinessCheck
{
    /// <summary>Short and stable, such as <c>database</c>.</summary>
    string Name { get; }

    /// <summary>How long it may fail before the node is taken out of traffic; zero for at once. For dependencies that come back by themselves.</summary>
    TimeSpan Grace => TimeSpan.Zero;

    ValueTask<ReadinessResult> CheckAsync(CancellationToken cancellationToken);
}
