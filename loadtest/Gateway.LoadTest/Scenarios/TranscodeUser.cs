using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.Client;
using Gateway.Client.Http;

namespace Gateway.LoadTest.Scenarios;

/// <summary>A registered user of the gateway, connected, with a clip to upload. One a worker: registrations are limited by address.</summary>
internal sealed class TranscodeUser : IAsyncDisposable
{
    private const int ClipSeconds = 4;

    private TranscodeUser(GatewayHttp http, GatewayClient client, byte[] clip)
    {
        Http = http;
        Client = client;
        Clip = clip;
    }

    public GatewayHttp Http { get; }

    public GatewayClient Client { get; }

    public byte[] Clip { get; }

#pragma warning disable CA5359 // A load test trusts the server that it was told to load; self-made certificates are usual there.
    private static readonly System.Net.Security.RemoteCertificateValidationCallback TrustAll = static (_, _, _, _) => true;
#pragma warning restore CA5359

    public static async Task<TranscodeUser> SignInAsync(Uri target)
    {
        var clip = await MakeClipAsync();
        var http = new GatewayHttp(target, new GatewayHttpOptions { CertificateValidation = TrustAll });
        var name = "load-" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        await http.Accounts.RegisterAsync(name, name + "@example.com", RandomNumberGenerator.GetHexString(32));
        var options = new GatewayClientOptions { TokenProvider = http.Accounts.GetTokenAsync, CertificateValidation = TrustAll, Agent = "gateway-loadtest/1" };
        options.Endpoints.Add(http.WebSocketAddress);
        options.ConfigureWebSocket = static socket => socket.Proxy = null;
        var client = new GatewayClient(options);
        await client.ConnectAsync();
        return new TranscodeUser(http, client, clip);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Http.Dispose();
    }

    /// <summary>Moving colours and a tone: enough work for some reports of progress, little enough for several jobs in a run.</summary>
    private static async Task<byte[]> MakeClipAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"gateway-loadtest-{Environment.ProcessId}.mp4");
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "error", "-y", "-f", "lavfi", "-i", $"testsrc2=size=854x480:rate=30:duration={ClipSeconds}",
            "-f", "lavfi", "-i", $"sine=frequency=440:duration={ClipSeconds}", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", path,
        ];
        try
        {
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { UseShellExecute = false, RedirectStandardInput = true })!;
            ffmpeg.StandardInput.Close();
            await ffmpeg.WaitForExitAsync();
            return ffmpeg.ExitCode == 0
                ? await File.ReadAllBytesAsync(path)
                : throw new LoadTestException(ExitCode.RunFailed, $"ffmpeg ended with {ffmpeg.ExitCode} while it made the clip to upload.");
        }
        catch (Win32Exception exception)
        {
            throw new LoadTestException(ExitCode.RunFailed, "transcode-progress needs ffmpeg (on Debian: apt-get install ffmpeg).", exception);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
