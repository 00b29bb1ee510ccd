using System.Text.Json;
using Gateway.Server.Operations.Listening;

namespace Gateway.Server.Operations;

/// <summary>Tells the person at the terminal, the log and a waiting script that the node listens, and where.</summary>
internal static partial class ReadyAnnouncement
{
    public static void Announce(WebApplication app, NodeOptions node)
    {
        // Kestrel does not know of TLS that its transport speaks.
        var url = BrowserUrl(app.Urls.First(), node.Tls.IsOn);
        var certificate = app.Services.GetRequiredService<NodeCertificate>().SelfSignedPath;
        LogListening(app.Logger, url, node.Path, Environment.ProcessId);
        if (certificate is not null)
            LogCertificate(app.Logger, certificate);
        if (!Console.IsOutputRedirected)
            Console.Out.WriteLine($"\n  Gateway is ready at {url}  (Ctrl-C drains and stops it)\n");
        if (node.ReadyFile is { Length: > 0 } file)
            Write(file, JsonSerializer.Serialize(new { url, pid = Environment.ProcessId, certificate }) + "\n");
    }

    /// <summary>What a person can click: an address that means "all" is no address to go to.</summary>
    internal static string BrowserUrl(string url, bool isTls = false)
    {
        var address = new UriBuilder(url);
        if (isTls)
            address.Scheme = Uri.UriSchemeHttps;
        if (address.Host is "[::]" or "0.0.0.0" or "*" or "+" || (address.Host == "127.0.0.1"))
            address.Host = "localhost";
        return address.Uri.GetLeftPart(UriPartial.Authority);
    }

    private static void Write(string file, string line)
    {
        try
        {
            // /dev/fd/N is a pipe with its reader waiting; a plain file is replaced as a whole, so that nobody reads half of it.
            if (file.StartsWith("/dev/", StringComparison.Ordinal) || file.StartsWith("/proc/", StringComparison.Ordinal))
            {
                File.AppendAllText(file, line);
                return;
            }

            var part = file + ".part";
            File.WriteAllText(part, line);
            File.Move(part, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Gateway:ReadyFile: '{file}' cannot be written: {e.Message}");
        }
    }

    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "Listening on {Url}, WebSockets at {Path}, process {ProcessId}")]
    private static partial void LogListening(ILogger logger, string url, string path, int processId);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Information, Message = "Clients that shall trust this node find its certificate in {Certificate}")]
    private static partial void LogCertificate(ILogger logger, string certificate);
}
