using System.Net;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections;

public sealed class AdmissionTests
{
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress There = IPAddress.Parse("10.0.0.2");

    [Fact]
    public void TryEnter_lets_in_up_to_each_limit_and_again_after_an_exit()
    {
        var admission = Make(new ConnectionLimits { MaxConnections = 3, MaxConnectionsPerAddress = 2 });
        Assert.Equal(AdmissionVerdict.Admitted, admission.TryEnter(Here, out var use));
        Assert.Equal(AdmissionVerdict.Admitted, admission.TryEnter(Here, out _));
        Assert.Equal(AdmissionVerdict.AddressFull, admission.TryEnter(Here, out _));
        Assert.Equal(AdmissionVerdict.Admitted, admission.TryEnter(There, out _));
        Assert.Equal(AdmissionVerdict.NodeFull, admission.TryEnter(There, out _));
        admission.Exit(use!);
        Assert.Equal(AdmissionVerdict.Admitted, admission.TryEnter(There, out _));
        Assert.Equal(3, admission.Count);
    }

    [Fact]
    public void TryEnter_while_draining_refuses_everybody()
    {
        var admission = Make(new ConnectionLimits());
        admission.StartDraining();
        Assert.Equal(AdmissionVerdict.Draining, admission.TryEnter(Here, out _));
        Assert.Equal(0, admission.Count);
    }

    [Fact]
    public void GiveBack_of_an_appointed_handshake_leaves_the_rates_to_others()
    {
        var admission = Make(new ConnectionLimits { HandshakesPerSecond = 1, HandshakesPerSecondPerAddress = 1, RateBurst = TimeSpan.FromSeconds(1) });
        Assert.Equal(AdmissionVerdict.Admitted, admission.TryEnter(Here, out var use));
        Assert.Equal(AdmissionVerdict.AddressTooFast, admission.TryEnter(Here, out _));
        admission.GiveBack(use!);
        Assert.Equal(AdmissionVerdict.Admitted, admission.TryEnter(Here, out _));
        Assert.Equal(AdmissionVerdict.NodeTooFast, admission.TryEnter(There, out _));
    }

    private static Admission Make(ConnectionLimits limits)
    {
        var live = new LiveLimits(limits);
        return new Admission(live, new LoadGuard(live), new ManualTime());
    }
}
