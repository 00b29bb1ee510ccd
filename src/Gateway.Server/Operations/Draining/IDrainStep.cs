namespace Gateway.Server.Operations.Draining;

/// <summary>One thing a node does before it stops, while it still answers. Registered as a service.</summary>
internal interface IDrainStep
{
    /// <summary>Short and stable, for the log.</summary>
    string Name { get; }

    /// <summary>Lower first; steps run one after the other. Connections are told to go away at 100.</summary>
    int Order { get; }

    /// <param name="deadline">Cancelled when the time for the whole drain is up; leave what is not done.</param>
    Task DrainAsync(CancellationToken deadline);
}
