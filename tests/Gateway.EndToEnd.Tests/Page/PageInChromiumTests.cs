using System.Diagnostics;
using System.Text;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Tests.Shared;

namespace Gateway.EndToEnd.Tests.Page;

/// <summary>
/// The page of the real server in a real browser: tests/page/page.e2e.mjs registers, uploads, watches the bar, plays the result, and
/// talks between two browser contexts.
/// </summary>
public sealed class PageInChromiumTests
{
    [Fact]
    public async Task Page_serves_a_user_from_registering_to_talking()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var clip = Path.Combine(Path.GetTempPath(), $"gateway-page-{Environment.ProcessId}.mp4");
        await MakeClipAsync(clip, cancellationToken);
        var gateway = await GatewayProcess.StartAsync(cancellationToken);
        try
        {
            var steps = await NodeInterop.RunAsync("../page/page.e2e.mjs", [gateway.Address.ToString(), clip], default, cancellationToken);
            Assert.EndsWith("ok\n", Encoding.UTF8.GetString(steps), StringComparison.Ordinal);
        }
        catch (InvalidOperationException e)
        {
            Assert.Fail($"{e.Message}\nThe server said: {await gateway.StopAsync()}");
        }
        finally
        {
            await gateway.DisposeAsync();
            File.Delete(clip);
        }
    }

    /// <summary>Long enough that its conversion reports more than once, small enough to be quick.</summary>
    private static async Task MakeClipAsync(string path, CancellationToken cancellationToken)
    {
        using var ffmpeg = Process.Start(
            "ffmpeg",
            ["-loglevel", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "6",
                "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", path]);
        await ffmpeg.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, ffmpeg.ExitCode);
    }
}
