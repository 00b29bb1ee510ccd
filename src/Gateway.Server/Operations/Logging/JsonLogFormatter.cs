using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Server.Operations.Logging;

/// <summary>
/// One JSON object per line: time (UTC), level, category, event, message, the message's fields, the scopes' fields (trace and request ids), exception.
/// Ours, because the built-in one cannot be told to redact.
/// </summary>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gateway-json";

    // Lines are read by log pipelines, never by a browser as HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", LevelName(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event", logEntry.EventId.Id);
            json.WriteString("message", Redaction.Apply(message ?? ""));
            WriteFields(json, logEntry.State as IReadOnlyCollection<KeyValuePair<string, object?>>, scopeProvider);
            if (logEntry.Exception is { } exception)
                json.WriteString("exception", Redaction.Apply(exception.ToString()));
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyCollection<KeyValuePair<string, object?>>? state, IExternalScopeProvider? scopes)
    {
        // The message's own fields win; of scopes with the same field the innermost does, as it is written last and read first.
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        scopes?.ForEachScope(static (scope, found) =>
        {
            if (scope is IEnumerable<KeyValuePair<string, object?>> pairs)
                Collect(pairs, found);
        }, fields);
        if (state is not null)
            Collect(state, fields);
        if (fields.Count == 0)
            return;

        json.WriteStartObject("fields");
        foreach (var (name, value) in fields)
            WriteField(json, name, value);
        json.WriteEndObject();
    }

    private static void Collect(IEnumerable<KeyValuePair<string, object?>> pairs, Dictionary<string, object?> fields)
    {
        foreach (var (name, value) in pairs)
        {
            if (name != "{OriginalFormat}")
                fields[name] = value;
        }
    }

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case byte or short or ushort or int or uint or long:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                json.WriteString(name, Redaction.IsSecretName(name) ? "***" : Redaction.Apply(text));
                break;
        }
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
