namespace Gateway.LoadTest.Servers;

/// <summary>How to start a gateway.</summary>
/// <param name="Assembly">Gateway.Server.dll.</param>
/// <param name="Settings">As <c>Gateway:Echo=true</c>.</param>
/// <param name="Cpus">The cores it may use, as taskset writes them; null for all.</param>
internal sealed record ServerTerms(string Assembly, IReadOnlyList<string> Settings, string? Cpus)
{
    private static readonly string[] Builds = ["Release", "Debug"];

    /// <summary>
    /// What every load test needs of a gateway: tokens that we can sign, <c>/echo</c>, no limit per address below what one machine opens and sends, and
    /// a history deep enough for the stalls and reconnects of the scenarios.
    /// </summary>
    public static IReadOnlyList<string> LoadSettings { get; } =
    [
        $"Gateway:Accounts:SigningKey={Clients.TestTokens.TestKey}",
        "Gateway:Echo=true",
        "Gateway:Limits:MaxConnectionsPerAddress=100000",
        "Gateway:Limits:HandshakesPerSecondPerAddress=0",
        "Gateway:Limits:JoinsPerSecondPerAddress=0",
        "Gateway:Limits:MessagesPerSecond=0",
        "Gateway:Limits:MessagesPerSecondPerAddress=0",
        "Gateway:Limits:BytesPerSecondPerAddress=0",
        "Gateway:Limits:CpuHighWaterPercent=0",
        "Gateway:Rooms:Kinds:chat:MaxHistoryCount=20000",
        "Gateway:Rooms:Kinds:chat:MaxHistoryBytes=67108864",
        "Gateway:Logs:Format=text",
    ];

    /// <summary>The gateway built beside this program.</summary>
    /// <exception cref="LoadTestException">There is none.</exception>
    public static string FindAssembly()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                continue;
            var built = Builds.Select(each => Path.Combine(folder.FullName, "src", "Gateway.Server", "bin", each, "net10.0", "Gateway.Server.dll"));
            return built.FirstOrDefault(File.Exists)
                ?? throw new LoadTestException(ExitCode.BadArguments, "The gateway is not built: dotnet build src/Gateway.Server -c Release, or say where it is with --server-dll.");
        }

        throw new LoadTestException(ExitCode.BadArguments, "There is no Gateway.sln above this program: say where Gateway.Server.dll is with --server-dll.");
    }
}
