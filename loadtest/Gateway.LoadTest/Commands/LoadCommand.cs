using System.CommandLine;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Running;
using Gateway.LoadTest.Scenarios;
using Gateway.LoadTest.Screens;

namespace Gateway.LoadTest.Commands;

/// <summary>The command line: a verb for each scenario.</summary>
internal static class LoadCommand
{
    private const string Description = """
        Loads a gateway and checks what it does: every message of a room in order, once, and how late.

        Exit codes: 0 all thresholds hold, 1 a threshold is broken, 2 wrong arguments or more than this machine allows, 3 the load could not be
        run, 130 cancelled. See loadtest/README.md for how to read a report and how to write a scenario of your own.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<BuiltInScenario> known, Func<LoadOptions, IReadOnlyList<Scenario>> create, string[] args)
    {
        var root = new RootCommand(Description);
        foreach (var scenario in known)
            root.Subcommands.Add(VerbOf(scenario, create));
        if (args.Length == 0)
            args = ["--help"];
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(70), EnableDefaultExceptionHandler = false });
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(error.Message);
        return (int)ExitCode.BadArguments;
    }

    private static Command VerbOf(BuiltInScenario scenario, Func<LoadOptions, IReadOnlyList<Scenario>> create)
    {
        var verb = new Command(scenario.Name, scenario.Summary);
        var load = new LoadArguments(verb, scenario.Defaults);
        var run = new RunArguments(verb);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return (int)await RunAsync(run.Read(parsed, load.Read(parsed)), create, cancellationToken);
            }
            catch (LoadTestException exception)
            {
                await Console.Error.WriteLineAsync("gateway-loadtest: " + exception.Message);
                return (int)exception.Code;
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("gateway-loadtest: cancelled.");
                return (int)ExitCode.Cancelled;
            }
        });
        return verb;
    }

    private static async Task<ExitCode> RunAsync(RunTerms terms, Func<LoadOptions, IReadOnlyList<Scenario>> create, CancellationToken cancellationToken)
    {
        // Before anything is started: a threshold that cannot be read must not cost a run.
        foreach (var threshold in terms.Thresholds)
            ThresholdText.Parse(threshold);
        var screen = Screen.For(terms.IsPlain);
        RunStats run;
        try
        {
            run = await LoadRun.RunAsync(terms, create(terms.Options), screen, cancellationToken);
        }
        finally
        {
            await screen.EndAsync();
        }

        var report = terms.ReportFolder is { } folder ? await ReportFiles.WriteAsync(run, folder, cancellationToken) : null;
        screen.Finish(run, report);
        return run.IsPassed ? ExitCode.Ok : ExitCode.ThresholdBroken;
    }
}
