using System.Text.Json;
using Gateway.Server.Operations.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Server.Tests.Operations.Logging;

public class LogFormatterTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)));

    [Fact]
    public void Json_isOneObject_withUtcTimeFieldsAndScopes()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var outer = scopes.Push(new Dictionary<string, object?> { ["requestId"] = "outer", ["TraceId"] = "abc" });
        using var inner = scopes.Push(new Dictionary<string, object?> { ["requestId"] = "inner" });

        var line = Write(new JsonLogFormatter(Time), "Joined \"{Room}\"\nwith {Count}", "Joined \"doc:1\"\nwith 2", exception: null, scopes, ("Room", "doc:1"), ("Count", 2));

        Assert.Equal(1, line.Count(c => c == '\n'));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("2026-01-02T01:04:05.678Z", json.GetProperty("time").GetString());
        Assert.Equal("warning", json.GetProperty("level").GetString());
        Assert.Equal("Gateway.Server.Rooms.Room", json.GetProperty("category").GetString());
        Assert.Equal(42, json.GetProperty("event").GetInt32());
        Assert.Equal("Joined \"doc:1\"\nwith 2", json.GetProperty("message").GetString());
        var fields = json.GetProperty("fields");
        Assert.Equal("doc:1", fields.GetProperty("Room").GetString());
        Assert.Equal(2, fields.GetProperty("Count").GetInt32());
        Assert.Equal("inner", fields.GetProperty("requestId").GetString());
        Assert.Equal("abc", fields.GetProperty("TraceId").GetString());
    }

    [Fact]
    public void Json_redactsMessageFieldsScopesAndException()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object?> { ["path"] = "/ws?ticket=hidden" });

        var line = Write(
            new JsonLogFormatter(Time), "", "GET /ws?token=hidden", new InvalidOperationException("sig=hidden"), scopes, ("Query", "?token=hidden"), ("RefreshToken", "hidden"));

        Assert.DoesNotContain("hidden", line);
        Assert.Equal("***", JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("RefreshToken").GetString());
    }

    [Fact]
    public void Text_isOneLine_evenIfAValueHasSeveral()
    {
        var line = Write(new TextLogFormatter(Time), "", "a\nforged entry?token=hidden", exception: null, scopes: null);

        Assert.Equal("2026-01-02T01:04:05.678Z WARN  Room: a forged entry?token=***\n", line);
    }

    private static string Write(
        ConsoleFormatter formatter, string template, string message, Exception? exception, IExternalScopeProvider? scopes, params (string Name, object? Value)[] values)
    {
        var state = values.Select(each => KeyValuePair.Create(each.Name, each.Value)).Append(new("{OriginalFormat}", template)).ToList();
        var writer = new StringWriter();
        formatter.Write(
            new LogEntry<List<KeyValuePair<string, object?>>>(LogLevel.Warning, "Gateway.Server.Rooms.Room", new EventId(42), state, exception, (_, _) => message), scopes, writer);
        return writer.ToString();
    }
}
