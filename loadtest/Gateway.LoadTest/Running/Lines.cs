using System.Text.Json;

namespace Gateway.LoadTest.Running;

/// <summary>What coordinator and workers say to each other: one JSON object a line.</summary>
internal static class Lines
{
    private static readonly JsonSerializerOptions Options = new();

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Options) ?? throw new InvalidDataException("An empty line between coordinator and worker.");
}
