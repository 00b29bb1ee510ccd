namespace Gateway.Server.Operations.Logging;

/// <summary>How the node logs; the levels are in the usual <c>Logging:LogLevel</c> section.</summary>
internal sealed class LogOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Logs";

    /// <summary>`text`, `json`, or `auto`: text on a terminal, JSON elsewhere.</summary>
    public LogFormat Format { get; set; } = LogFormat.Auto;
}
