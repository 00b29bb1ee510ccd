using System.CommandLine;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Commands;

/// <summary>The options that say where and how to run.</summary>
internal sealed class RunArguments
{
    private readonly Option<string[]> _urls = new("--url") { Description = "A gateway, such as http://127.0.0.1:8080; may be repeated, load process i takes gateway i mod gateways. https:// speaks TLS and trusts any certificate." };
    private readonly Option<bool> _start = new("--start") { Description = "Start gateways for the run, on free ports, and stop them after it. The default without --url; build src/Gateway.Server first." };
    private readonly Option<bool> _tls = new("--tls") { Description = "Have the started gateways speak TLS with a certificate of their own making." };
    private readonly Option<int> _gateways = LoadArguments.Number("--gateways", "How many gateways to start. Without --cluster each has rooms of its own.", 1, 1);
    private readonly Option<bool> _cluster = new("--cluster") { Description = "The gateways are one cluster and share their rooms. Started ones get a real nats-server and redis-server, which must be installed." };
    private readonly Option<int> _workers = LoadArguments.Number("--workers", "Load processes; at least one for each gateway.", 1, 1);
    private readonly Option<int[]> _serverIds = new("--server-pid") { Description = "Process of a gateway given with --url, for its memory and CPU; may be repeated." };
    private readonly Option<string?> _serverAssembly = new("--server-dll") { Description = "Gateway.Server.dll to start, when it is not the one built in this repository." };
    private readonly Option<string[]> _settings = new("--server-setting") { Description = "A further setting of the started gateways, such as Gateway:Limits:LaneCount=1; may be repeated." };
    private readonly Option<string?> _serverCpus = new("--server-cpus") { Description = "Cores of the started gateways, as taskset writes them: 0 or 0-3." };
    private readonly Option<string?> _clientCpus = new("--client-cpus") { Description = "Cores of the load processes." };
    private readonly Option<string> _report = new("--report") { Description = "Folder for the report; - for none.", DefaultValueFactory = _ => Path.Combine("artifacts", "loadtest") };
    private readonly Option<string[]> _thresholds = new("--threshold") { Description = "A further threshold, such as deliveries.p99<50ms, publish.max<1s, lost=0, ok>=99.9%; may be repeated." };
    private readonly Option<bool> _remote = new("--allow-remote") { Description = "Load gateways on other machines. Have leave to do so." };
    private readonly Option<bool> _plain = new("--plain") { Description = "Lines instead of a live display; the default when the output is no terminal." };

    public RunArguments(Command verb)
    {
        foreach (var option in (Option[])
        [
            _urls, _start, _tls, _gateways, _cluster, _workers, _serverIds, _serverAssembly, _settings, _serverCpus, _clientCpus, _report, _thresholds, _remote, _plain,
        ])
            verb.Options.Add(option);
    }

    public RunTerms Read(ParseResult parsed, LoadOptions options)
    {
        var targets = (parsed.GetValue(_urls) ?? []).Select(AddressOf).ToList();
        if (targets.Count > 0 && parsed.GetValue(_start))
            throw new LoadTestException(ExitCode.BadArguments, "--start starts gateways and --url names one that runs: take one of them.");
        var report = parsed.GetValue(_report)!;
        var settings = parsed.GetValue(_settings) ?? [];
        return new RunTerms
        {
            Options = options,
            Targets = targets,
            GatewayCount = parsed.GetValue(_gateways),
            IsCluster = parsed.GetValue(_cluster),
            WorkerCount = parsed.GetValue(_workers),
            ServerIds = parsed.GetValue(_serverIds) ?? [],
            ServerAssembly = parsed.GetValue(_serverAssembly),
            ServerSettings = parsed.GetValue(_tls) ? [.. settings, "Gateway:Tls:SelfSigned=true"] : settings,
            ServerCpus = parsed.GetValue(_serverCpus),
            ClientCpus = parsed.GetValue(_clientCpus),
            ReportFolder = report == "-" ? null : report,
            IsRemoteAllowed = parsed.GetValue(_remote),
            IsPlain = parsed.GetValue(_plain),
            Thresholds = parsed.GetValue(_thresholds) ?? [],
        };
    }

    private static Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new LoadTestException(ExitCode.BadArguments, $"--url needs an address like http://127.0.0.1:8080; {text} is none.");
}
