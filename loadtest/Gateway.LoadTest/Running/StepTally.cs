using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>Responses counted by how they ended; latencies are those of the good ones.</summary>
internal sealed class StepTally
{
    // Status codes are chosen by users; a code made of an id must not fill memory.
    private const int MaxCodes = 50;

    public long Ok { get; private set; }

    public long Fail { get; private set; }

    public Histogram Latency { get; } = new();

    public Dictionary<string, long> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>The first sentence of each failure's code.</summary>
    public Dictionary<string, string> Messages { get; } = new(StringComparer.Ordinal);

    public void Add(Response response, long latency)
    {
        if (response.IsOk)
        {
            Ok++;
            Latency.Record(latency);
            if (response.StatusCode.Length == 0)
                return;
        }
        else
        {
            Fail++;
        }

        var code = Codes.ContainsKey(response.StatusCode) || Codes.Count < MaxCodes ? response.StatusCode : "other";
        Codes[code] = Codes.GetValueOrDefault(code) + 1;
        if (!response.IsOk && response.Message.Length > 0)
            Messages.TryAdd(code, response.Message);
    }

    public void Clear()
    {
        Ok = Fail = 0;
        Latency.Clear();
        Codes.Clear();
        Messages.Clear();
    }
}
