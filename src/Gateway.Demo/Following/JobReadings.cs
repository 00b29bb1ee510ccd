using System.Collections;
using System.Globalization;
using Gateway.Client;

namespace Gateway.Demo.Following;

/// <summary>Reads a job's events; what is missing or of another type reads as unknown.</summary>
internal static class JobReadings
{
    /// <summary>Null for events that say nothing about the job's way.</summary>
    public static JobReading? Read(string eventName, ReadOnlyMemory<byte> payload)
    {
        if (eventName is not (JobReading.Progress or JobReading.Complete or JobReading.Error))
            return null;
        if (Payload.Read(payload) is not IDictionary map)
            throw new DemoException(ExitCode.NotFollowed, $"The gateway sent a {eventName} that is no map.");
        var error = map["error"] as IDictionary;
        return new JobReading(
            eventName, map["status"] as string ?? "", Number(map["progress"]) ?? 0, map["stage"] as string, Number(map["fps"]), Number(map["speed"]),
            Number(map["eta"]), error?["code"] as string, error?["message"] as string);
    }

    private static double? Number(object? value) => value is long or ulong or double ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;
}
