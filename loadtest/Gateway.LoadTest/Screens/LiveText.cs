using System.Globalization;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Screens;

/// <summary>One second in words.</summary>
internal static class LiveText
{
    public static string Line(SecondStats second, Reading before, Reading now)
    {
        var seconds = (now.Time - before.Time) / 1e9;
        var latency = second.Deliveries.Count > 0 ? second.Deliveries : second.Iterations;
        return string.Create(CultureInfo.InvariantCulture, $"{second.Second + 1,4} s  {second.Connections,6:N0} connections  {second.Ok,7:N0} ok/s  {second.Fail,4:N0} fail/s  {second.Deliveries.Count,9:N0} deliveries/s  p50 {Text.Duration(latency.Percentile(50)),8}  p99 {Text.Duration(latency.Percentile(99)),8}  server {(now.ServerCpuSeconds - before.ServerCpuSeconds) / seconds:0.00} cores {now.ServerRssBytes / 1048576.0,6:N0} MiB  client {(now.ClientCpuSeconds - before.ClientCpuSeconds) / seconds:0.00} cores");
    }
}
