using Gateway.LoadTest.Commands;
using Gateway.LoadTest.Running;
using Gateway.LoadTest.Scenarios;

namespace Gateway.LoadTest;

/// <summary>Runs scenarios from a program of your own: registers them, reads the command line, starts the worker processes.</summary>
public sealed class LoadRunner
{
    private readonly Func<LoadOptions, IReadOnlyList<Scenario>> _create;
    private readonly IReadOnlyList<BuiltInScenario> _known;

    private LoadRunner(IReadOnlyList<BuiltInScenario> known, Func<LoadOptions, IReadOnlyList<Scenario>> create)
    {
        _known = known;
        _create = create;
    }

    /// <summary>
    /// Registers scenarios, which then run at the same time. The function is called in this process and in each worker, so it must make the
    /// same scenarios each time.
    /// </summary>
    /// <param name="name">The verb on the command line.</param>
    /// <param name="create">Makes them from the options of the command line.</param>
    /// <param name="defaults">Options where the command line says nothing.</param>
    public static LoadRunner RegisterScenarios(string name, Func<LoadOptions, IReadOnlyList<Scenario>> create, LoadOptions? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        var own = new BuiltInScenario(name, "registered by this program", (defaults ?? new LoadOptions()) with { Scenario = name }, (options, _) => create(options));
        return new LoadRunner([own], create);
    }

    /// <summary>Runs and returns the exit code: 0 when all thresholds hold.</summary>
    public async Task<int> RunAsync(string[] args) => args is [WorkerProcess.Verb]
        ? await Worker.RunProcessAsync(_create)
        : await LoadCommand.RunAsync(_known, _create, args);

    internal static LoadRunner BuiltInScenarios() => new(BuiltIn.All, options => BuiltIn.Create(options));
}
