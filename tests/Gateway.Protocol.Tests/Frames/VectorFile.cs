using System.Text.Json;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>The files of protocol/: written from the code when GATEWAY_UPDATE_VECTORS=1, else compared with it.</summary>
internal static class VectorFile
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("GATEWAY_UPDATE_VECTORS") == "1";

    public static string Folder { get; } = FindFolder();

    /// <summary>
    /// Fails when the file is not what the code says. Clients in other languages are tested against these files: change them only
    /// together with the specification, and never a released vector.
    /// </summary>
    public static void Verify(string name, string expected)
    {
        var path = Path.Combine(Folder, name);
        if (IsUpdate)
            File.WriteAllText(path, expected);
        Assert.True(File.Exists(path), $"{path} is missing; write it with GATEWAY_UPDATE_VECTORS=1.");
        Assert.Equal(expected, File.ReadAllText(path));
    }

    /// <summary>One vector a line, so that a change shows as what it is.</summary>
    public static string Lines(IEnumerable<string> objects) => "[\n  " + string.Join(",\n  ", objects) + "\n]\n";

    /// <summary>The text as a JSON string.</summary>
    public static string Quote(string text) =>
        "\"" + JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";

    public static JsonElement[] Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name)), new JsonDocumentOptions { MaxDepth = 256 });
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return Path.Combine(folder.FullName, "protocol");
        }

        throw new InvalidOperationException($"No Gateway.sln above {AppContext.BaseDirectory}: run the tests from a build inside the repository.");
    }
}
