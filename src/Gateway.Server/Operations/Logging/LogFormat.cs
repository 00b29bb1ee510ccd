namespace Gateway.Server.Operations.Logging;

/// <summary>How a log entry is written.</summary>
internal enum LogFormat
{
    /// <summary>Text on a terminal, JSON elsewhere.</summary>
    Auto,

    /// <summary>One line for a person.</summary>
    Text,

    /// <summary>One JSON object per line, for machines.</summary>
    Json,
}
