namespace Gateway.LoadTest;

/// <summary>What a run is told. Each scenario has defaults of its own; see <c>gateway-loadtest SCENARIO --help</c>.</summary>
public sealed record LoadOptions
{
    /// <summary>The scenario.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>Connections of all workers together.</summary>
    public int Connections { get; init; } = 1000;

    /// <summary>Rooms that they are spread over.</summary>
    public int Rooms { get; init; } = 1;

    /// <summary>Publishers beside the members; 0 lets the members publish. At least one a worker when there are any.</summary>
    public int Publishers { get; init; }

    /// <summary>Iterations a second of all workers together.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>Bytes of a payload.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Load that is not measured.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What is measured; scenarios with stages share it out.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long iterations and messages may take after the load has ended.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether rooms are durable (kind <c>chat</c>) or ephemeral (<c>live</c>).</summary>
    public bool IsDurable { get; init; }

    /// <summary>Share of the members that stall, in slow-readers.</summary>
    public double SlowShare { get; init; } = 0.1;

    /// <summary>In reconnect-storm, over how long those that were cut spread their return; zero: all at once.</summary>
    public TimeSpan Spread { get; init; }

    /// <summary>Connections opened a second by all workers together.</summary>
    public int ConnectRate { get; init; } = 2000;

    /// <summary>How long opening all of them may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Path of the WebSocket.</summary>
    public string Path { get; init; } = "/ws";

    /// <summary>Subprotocol <c>gateway.v1.json</c> instead of <c>gateway.v1.msgpack</c>.</summary>
    public bool IsJson { get; init; }

    /// <summary>Source addresses, used in turn; none: as many of this machine's as the ports need, or for a gateway elsewhere what the kernel takes.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Key that tokens are signed with; empty for anonymous connections.</summary>
    public string SigningKey { get; init; } = "";
}
