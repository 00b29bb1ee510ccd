using Gateway.Server.Operations.Metrics;

namespace Gateway.Server.Tests.Operations.Metrics;

public class MetricNameTests
{
    [Theory]
    [InlineData("gateway.messages", "{message}", "gateway_messages", 1)]
    [InlineData("gateway.messages_total", null, "gateway_messages", 1)]
    [InlineData("gateway.delivery.duration", "s", "gateway_delivery_duration_seconds", 1)]
    [InlineData("gateway.delivery.duration", "ms", "gateway_delivery_duration_seconds", 0.001)]
    [InlineData("gateway.sent_bytes", "By", "gateway_sent_bytes", 1)]
    [InlineData("gateway.load", "%", "gateway_load_ratio", 0.01)]
    [InlineData("gateway.speed", "frames/s", "gateway_speed_frames_s", 1)]
    [InlineData("9--lives", "1", "_9_lives", 1)]
    public void Of_isWhatPrometheusWants(string instrument, string? unit, string name, double scale) =>
        Assert.Equal((name, scale), MetricName.Of(instrument, unit));
}
