using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>A real nginx with the nginx.conf of compose.yaml; only the servers, the port and the folders are the test's own.</summary>
internal sealed partial class NginxProcess : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly DirectoryInfo _folder;

    private NginxProcess(ServerProcess process, DirectoryInfo folder, int port)
    {
        _process = process;
        _folder = folder;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    public Uri Address { get; }

    public string Log => _process.Log;

    /// <summary>Debian's place for it is not in everybody's path.</summary>
    private static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
        .Select(static folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    /// <summary>Skips the test where there is no nginx.</summary>
    public static void SkipWithout() => Assert.SkipWhen(Program is null, "nginx is not installed (Debian: nginx-light).");

    public static async Task<NginxProcess> StartAsync(IReadOnlyList<GatewayProcess> nodes, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var folder = Directory.CreateTempSubdirectory("gateway-nginx-");
            try
            {
                var port = FreePort();
                var process = await ServerProcess.StartAsync(Program!, Arguments(folder.FullName, nodes, port), "event method", cancellationToken);
                return new NginxProcess(process, folder, port);
            }
            catch (InvalidOperationException e) when (attempt < 5 && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Somebody else was quicker: the next port, then.
                folder.Delete(recursive: true);
            }
            catch
            {
                folder.Delete(recursive: true);
                throw;
            }
        }
    }

    /// <summary>What <c>nginx -t</c> says, and its exit code.</summary>
    public static async Task<(int Code, string Said)> CheckAsync(IReadOnlyList<GatewayProcess> nodes, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-nginx-");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program!, ["-t", .. Arguments(folder.FullName, nodes, FreePort())]) { UseShellExecute = false, RedirectStandardError = true })!;
            var said = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string[] Arguments(string folder, IReadOnlyList<GatewayProcess> nodes, int port)
    {
        var ports = new Queue<int>(nodes.Select(static node => node.Address.Port));
        var text = UpstreamServer().Replace(RepositoryFile.Read("nginx.conf"), _ => string.Create(CultureInfo.InvariantCulture, $"server 127.0.0.1:{ports.Dequeue()}"));
        Assert.Empty(ports);
        text = Listen().Replace(text, string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port};")).Replace("/tmp/", folder + "/", StringComparison.Ordinal);
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, text);

        // One process, so that ending it leaves no workers behind.
        return ["-p", folder, "-c", file, "-e", "stderr", "-g", $"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr notice;"];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"server gateway\d:8080", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex UpstreamServer();

    [GeneratedRegex(@"listen \d+;", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Listen();
}
