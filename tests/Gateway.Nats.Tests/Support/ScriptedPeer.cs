using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.Nats.Tests.Support;

/// <summary>One connection of a <see cref="ScriptedServer"/>.</summary>
internal sealed class ScriptedPeer(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private int _start;
    private int _end;

    /// <summary>The JSON of CONNECT, once it has come.</summary>
    public string Connect { get; private set; } = "";

    public Task SendInfoAsync(string fields = "") =>
        SendAsync("INFO {\"server_id\":\"S\",\"version\":\"2.9.10\",\"headers\":true,\"max_payload\":1048576" + (fields.Length > 0 ? "," + fields : "") + "}\r\n");

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, Deadline.Token);

    /// <summary>Each byte on its own.</summary>
    public async Task TrickleAsync(string text)
    {
        socket.NoDelay = true;
        foreach (var value in Encoding.Latin1.GetBytes(text))
            await SendAsync([value]);
    }

    public async Task SecureAsync(X509Certificate2 certificate)
    {
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Deadline.Token);
        _stream = tls;
    }

    /// <summary>Reads CONNECT and PING, and answers.</summary>
    public async Task LetInAsync()
    {
        Connect = await ReadLineAsync();
        Assert.StartsWith("CONNECT {", Connect, StringComparison.Ordinal);
        Assert.Equal("PING", await ReadLineAsync());
        await SendAsync("PONG\r\n");
    }

    /// <summary>The next line without its end; payloads are lines too.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end)
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, Deadline.Token));
            if (_end == 0)
                throw new EndOfStreamException("The client has closed the connection.");
            var rest = _buffer.AsSpan(_start.._end);
            var feed = rest.IndexOf((byte)'\n');
            line.AddRange(feed < 0 ? rest : rest[..feed]);
            _start += feed < 0 ? rest.Length : feed + 1;
            if (feed >= 0)
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
        }
    }

    /// <summary>The next line that begins so; pings before it are answered.</summary>
    public async Task<string> ReadUntilAsync(string beginning)
    {
        while (true)
        {
            var line = await ReadLineAsync();
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
            if (line == "PING")
                await SendAsync("PONG\r\n");
        }
    }

    /// <summary>Waits until the client has closed the connection.</summary>
    public async Task WaitForEndAsync()
    {
        try
        {
            while (await _stream.ReadAsync(_buffer, Deadline.Token) > 0)
            {
                // What it still sends is of no interest.
            }
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }
    }

    public void Dispose() => _stream.Dispose();
}
