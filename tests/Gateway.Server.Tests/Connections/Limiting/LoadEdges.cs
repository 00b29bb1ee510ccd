using Gateway.Server.Connections;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using static Gateway.Server.Tests.Connections.Limiting.LimitScene;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>The edges of the marks of memory and CPU, and of shedding.</summary>
internal static class LoadEdges
{
    private const long Gibibyte = 1024 * 1024 * 1024;

    public static Dictionary<LimitName, Action> Cases { get; } = new()
    {
        [LimitName.MaxMemoryBytes] = MemoryBytes,
        [LimitName.MemoryHighWaterPercent] = MemoryHighWater,
        [LimitName.MemoryLowWaterPercent] = MemoryLowWater,
        [LimitName.MemoryShedPercent] = MemoryShed,
        [LimitName.CpuHighWaterPercent] = CpuHighWater,
        [LimitName.CpuLowWaterPercent] = CpuLowWater,
        [LimitName.CpuShedPercent] = CpuShed,
        [LimitName.CpuWindow] = CpuWindow,
        [LimitName.ShedPerSecond] = ShedPerSecond,
        [LimitName.ShedIdleTime] = ShedIdleTime,
    };

    // The configured bound counts, not what the machine has.
    private static void MemoryBytes()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxMemoryBytes = 1000 });
        Memory(scene, 849, of: Gibibyte);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Memory(scene, 850, of: Gibibyte);
        Assert.Equal(AdmissionVerdict.HighMemory, scene.TryEnter("10.0.0.1"));
        Assert.Equal(0.85, scene.Saturation(LimitName.MaxMemoryBytes));
    }

    private static void MemoryHighWater()
    {
        using var scene = new LimitScene(new ConnectionLimits { MemoryHighWaterPercent = 70, MemoryLowWaterPercent = 60 });
        Memory(scene, 699, of: 1000);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Memory(scene, 700, of: 1000);
        Assert.Equal(AdmissionVerdict.HighMemory, scene.TryEnter("10.0.0.1"));
        Assert.Equal(1, scene.Hits(LimitName.MemoryHighWaterPercent));
        Assert.Equal(1, scene.Saturation(LimitName.MemoryHighWaterPercent));

        // 0: never.
        scene.Live.Replace(new ConnectionLimits { MemoryHighWaterPercent = 0, MemoryShedPercent = 0 });
        Memory(scene, 1000, of: 1000);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
    }

    private static void MemoryLowWater()
    {
        using var scene = new LimitScene(new ConnectionLimits { MemoryHighWaterPercent = 70, MemoryLowWaterPercent = 60 });
        Memory(scene, 700, of: 1000);
        Memory(scene, 600, of: 1000);
        Assert.Equal(AdmissionVerdict.HighMemory, scene.TryEnter("10.0.0.1"));
        Memory(scene, 599, of: 1000);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Memory(scene, 699, of: 1000);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Assert.Equal(69.9 / 60, scene.Saturation(LimitName.MemoryLowWaterPercent), 5);
    }

    private static void MemoryShed()
    {
        using var scene = new LimitScene(new ConnectionLimits { MemoryHighWaterPercent = 70, MemoryLowWaterPercent = 60, MemoryShedPercent = 80 });
        Memory(scene, 799, of: 1000);
        Assert.Null(scene.Node.Load.Shedding);
        Memory(scene, 800, of: 1000);
        Assert.Equal(LoadMark.Memory, scene.Node.Load.Shedding);
        Memory(scene, 700, of: 1000);
        Assert.Equal(LoadMark.Memory, scene.Node.Load.Shedding);
        Memory(scene, 699, of: 1000);
        Assert.Null(scene.Node.Load.Shedding);
        Assert.Equal(LoadMark.Memory, scene.Node.Load.Refusing);
    }

    private static void CpuHighWater()
    {
        using var scene = new LimitScene(new ConnectionLimits { CpuHighWaterPercent = 90, CpuLowWaterPercent = 50, CpuWindow = TimeSpan.FromSeconds(10) });
        var cpu = new CpuLoad(scene.Node.Load);
        cpu.Run(seconds: 30, percent: 89);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        cpu.Run(seconds: 10, percent: 90);
        Assert.Equal(AdmissionVerdict.HighCpu, scene.TryEnter("10.0.0.1"));
        Assert.Equal(1, scene.Hits(LimitName.CpuHighWaterPercent));
        Assert.Equal(1, scene.Saturation(LimitName.CpuHighWaterPercent), 5);
    }

    private static void CpuLowWater()
    {
        using var scene = new LimitScene(new ConnectionLimits { CpuHighWaterPercent = 90, CpuLowWaterPercent = 50, CpuWindow = TimeSpan.FromSeconds(10) });
        var cpu = new CpuLoad(scene.Node.Load);
        cpu.Run(seconds: 11, percent: 90);
        cpu.Run(seconds: 20, percent: 50);
        Assert.Equal(AdmissionVerdict.HighCpu, scene.TryEnter("10.0.0.1"));
        cpu.Run(seconds: 10, percent: 49);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Assert.Equal(49.0 / 50, scene.Saturation(LimitName.CpuLowWaterPercent), 5);
    }

    private static void CpuShed()
    {
        using var scene = new LimitScene(new ConnectionLimits { CpuHighWaterPercent = 90, CpuLowWaterPercent = 50, CpuShedPercent = 95 });
        var cpu = new CpuLoad(scene.Node.Load);
        cpu.Run(seconds: 20, percent: 94);
        Assert.Null(scene.Node.Load.Shedding);
        cpu.Run(seconds: 10, percent: 95);
        Assert.Equal(LoadMark.Cpu, scene.Node.Load.Shedding);
        cpu.Run(seconds: 10, percent: 89);
        Assert.Null(scene.Node.Load.Shedding);
    }

    private static void CpuWindow()
    {
        using var scene = new LimitScene(new ConnectionLimits { CpuWindow = TimeSpan.FromSeconds(20) });
        var cpu = new CpuLoad(scene.Node.Load);
        cpu.Run(seconds: 19, percent: 100);
        Assert.Null(scene.Node.Load.Refusing);
        cpu.Run(seconds: 1, percent: 100);
        Assert.Equal(LoadMark.Cpu, scene.Node.Load.Refusing);
    }

    private static void ShedPerSecond()
    {
        using var scene = new LimitScene(new ConnectionLimits { ShedPerSecond = 2, HeartbeatInterval = TimeSpan.FromHours(1) }, laneCount: 1);
        using var sampler = new LoadSampler(scene.Node.Load, new FixedLoad(new LoadSample(99, 100, default, 1)), scene.Node.Node, scene.Node.Time, NullLogger<LoadSampler>.Instance);
        var peers = new List<RawPeer>();
        for (var i = 0; i < 5; i++)
        {
            peers.Add(scene.Enter());
            scene.Advance(2000);
        }

        var known = scene.Enter("ada");
        scene.Advance(120_000);
        sampler.Sample();
        scene.Node.Settle();

        // The two that have been idle longest, told when to come back; never somebody with a name.
        Assert.Equal([4103, 4103, null, null, null], peers.Select(CloseCodeOf));
        Assert.Contains(peers[0].Read(), static frame => frame is { Op: 29, First: 4103 });
        sampler.Sample();
        sampler.Sample();
        scene.Node.Settle();
        Assert.All(peers, static peer => Assert.Equal(4103, CloseCodeOf(peer)));
        Assert.Null(CloseCodeOf(known));
        Assert.Equal(5, scene.Hits(LimitName.ShedPerSecond));
        Assert.Equal(3, scene.Hits(LimitName.MemoryShedPercent));
    }

    private static void ShedIdleTime()
    {
        // What a session keeps of the time is as fine as 1,024 ms.
        const int Grain = 1024;
        using var scene = new LimitScene(new ConnectionLimits { ShedIdleTime = TimeSpan.FromMilliseconds(60 * Grain), HeartbeatInterval = TimeSpan.FromHours(1) });
        var peer = scene.Enter();
        var busy = scene.Enter();
        scene.Advance((60 * Grain) - 1);
        scene.Node.Node.ShedIdle(10);
        scene.Node.Settle();
        Assert.Null(CloseCodeOf(peer));
        busy.Send(Ping(1));
        scene.Advance(1);
        scene.Node.Node.ShedIdle(10);
        scene.Node.Settle();
        Assert.Equal(4103, CloseCodeOf(peer));
        Assert.Null(CloseCodeOf(busy));
        Assert.Equal(1, scene.Hits(LimitName.ShedIdleTime));
    }

    private static void Memory(LimitScene scene, long bytes, long of) => scene.Node.Load.Observe(TimeSpan.Zero, new LoadSample(bytes, of, TimeSpan.Zero, 1));
}
