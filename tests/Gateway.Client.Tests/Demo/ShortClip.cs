using Gateway.Demo.Media;

namespace Gateway.Client.Tests.Demo;

/// <summary>A clip of one second, made once for all tests that need just any video.</summary>
public sealed class ShortClip : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-client-tests-");

    public FileInfo File => new(Path.Combine(_folder.FullName, "short.mp4"));

    public async ValueTask InitializeAsync() => await ToolRun.RunAsync(
        "ffmpeg",
        ["-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", File.FullName],
        CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }
}
