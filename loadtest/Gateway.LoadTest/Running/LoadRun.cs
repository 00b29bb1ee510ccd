using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Screens;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Running;

/// <summary>One run from its terms to its report: gateways, workers, results.</summary>
internal static class LoadRun
{
    public static async Task<RunStats> RunAsync(RunTerms terms, IReadOnlyList<Scenario> scenarios, IScreen screen, CancellationToken cancellationToken)
    {
        var gateways = new List<GatewayProcess>();
        await using var services = terms.IsCluster && terms.Targets.Count == 0 ? await ClusterServices.StartAsync(cancellationToken) : null;
        try
        {
            if (terms.Targets.Count == 0)
            {
                var server = new ServerTerms(terms.ServerAssembly ?? ServerTerms.FindAssembly(), [.. ServerTerms.LoadSettings, .. terms.ServerSettings], terms.ServerCpus);
                for (var i = 0; i < terms.GatewayCount; i++)
                    gateways.Add(await GatewayProcess.StartAsync(server with { Settings = [.. server.Settings, .. services?.SettingsOf(i) ?? []] }, cancellationToken));
            }

            var targets = gateways.Count > 0 ? [.. gateways.Select(static each => each.Address)] : terms.Targets;
            var remote = terms.IsRemoteAllowed ? null : targets.FirstOrDefault(static each => !Targets.IsLocal(each));
            if (remote is not null)
                throw new LoadTestException(ExitCode.BadArguments, $"{remote.Host} is not this machine. Load on other machines needs --allow-remote, and leave to do so.");
            terms = terms with { Options = terms.Options with { Sources = RunLimits.SourcesFor(terms.Options, [.. targets]) } };
            RunLimits.Check(terms, targets.Count);
            if (services is not null)
                await ClusterServices.WaitUntilFormedAsync([.. targets], cancellationToken);
            var workers = Math.Max(terms.WorkerCount, targets.Count);
            var servers = gateways.Count > 0 ? [.. gateways.Select(static each => each.Id)] : terms.ServerIds;
            await using var coordinator = new Coordinator(terms with { WorkerCount = workers }, scenarios, targets, servers, screen);
            var run = await coordinator.RunAsync(cancellationToken);
            if (terms.IsCluster)
                run.Figures = [.. run.Figures, .. await ClusterServices.FiguresAsync([.. targets], cancellationToken)];
            return run;
        }
        finally
        {
            foreach (var gateway in gateways)
                await gateway.DisposeAsync();
        }
    }
}
