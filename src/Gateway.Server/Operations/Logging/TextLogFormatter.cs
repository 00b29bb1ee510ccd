using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Server.Operations.Logging;

/// <summary>One line for a person: time (UTC), level, the category's last part, message; an exception below it.</summary>
internal sealed class TextLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gateway-text";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
        textWriter.Write(LevelName(logEntry.LogLevel));
        textWriter.Write(logEntry.Category.AsSpan(logEntry.Category.LastIndexOf('.') + 1));
        textWriter.Write(": ");
        // A line break in a logged value must not make a second, forged entry.
        textWriter.Write(Redaction.Apply(message ?? "").ReplaceLineEndings(" "));
        textWriter.Write('\n');
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write("    ");
            textWriter.Write(Redaction.Apply(exception.ToString()).ReplaceLineEndings("\n    "));
            textWriter.Write('\n');
        }
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace ",
        LogLevel.Debug => "debug ",
        LogLevel.Information => "info  ",
        LogLevel.Warning => "WARN  ",
        LogLevel.Error => "ERROR ",
        _ => "FATAL ",
    };
}
