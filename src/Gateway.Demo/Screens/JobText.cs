using System.Globalization;
using Gateway.Demo.Following;

namespace Gateway.Demo.Screens;

/// <summary>A job's state in a few words.</summary>
internal static class JobText
{
    public static string Describe(JobReading reading)
    {
        var parts = new List<string>();
        if (reading.Stage is { } stage)
            parts.Add(stage);
        if (reading.Fps is { } fps)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{fps:0} fps"));
        if (reading.Speed is { } speed)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{speed:0.0}x"));
        if (reading.EtaSeconds is { } eta)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{eta:0} s left"));
        return parts.Count == 0 ? reading.Status : $"{reading.Status}: {string.Join(", ", parts)}";
    }
}
