using Gateway.Server.Operations.Draining;

namespace Gateway.Server.Tests.Operations.Draining;

/// <summary>A step that notes when it ran and then does what the test wants.</summary>
internal sealed class RecordedStep(string name, int order, List<string> log, Func<CancellationToken, Task>? work = null) : IDrainStep
{
    public string Name => name;

    public int Order => order;

    public Task DrainAsync(CancellationToken deadline)
    {
        log.Add(name);
        return work?.Invoke(deadline) ?? Task.CompletedTask;
    }
}
