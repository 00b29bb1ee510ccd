using Gateway.Demo.Following;
using Gateway.Demo.Media;

namespace Gateway.Demo;

/// <summary>What the demo measured.</summary>
internal sealed record Figures(
    ClipFacts Source, ClipFacts Result, TimeSpan UploadTime, TimeSpan JobTime, FollowLog Log, bool IsSameMachine, int ReconnectCount)
{
    public double UploadMegabytesPerSecond => Source.Bytes / 1e6 / Math.Max(UploadTime.TotalSeconds, 1e-6);

    /// <summary>Names and values, ready to be shown.</summary>
    public IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ("source", Describe(Source));
        yield return ("result", Describe(Result));
        yield return ("size ratio", FormattableString.Invariant($"{(double)Result.Bytes / Source.Bytes:0.00}"));
        yield return ("upload", FormattableString.Invariant($"{UploadMegabytesPerSecond:0.0} MB/s ({UploadTime.TotalSeconds:0.00} s)"));
        yield return ("queued to complete", FormattableString.Invariant($"{JobTime.TotalSeconds:0.00} s"));
        yield return ("progress events over the WebSocket", FormattableString.Invariant($"{Log.ProgressCount}"));
        if (Log.LargestInterval is { } interval)
            yield return ("largest interval between them", FormattableString.Invariant($"{interval.TotalSeconds:0.00} s"));
        if (IsSameMachine && Log.Latencies() is { } latency)
            yield return ("published to seen", FormattableString.Invariant($"{latency.Median.TotalMilliseconds:0} ms median, {latency.Max.TotalMilliseconds:0} ms at most"));
        yield return ("reconnects", FormattableString.Invariant($"{ReconnectCount}"));
    }

    private static string Describe(ClipFacts clip)
    {
        var codecs = string.Join(" + ", new[] { clip.VideoCodec, clip.AudioCodec }.Where(static codec => codec.Length > 0));
        return FormattableString.Invariant($"{codecs}, {clip.Width}x{clip.Height}, {clip.DurationSeconds:0.00} s, {clip.Bytes / 1e6:0.00} MB");
    }
}
