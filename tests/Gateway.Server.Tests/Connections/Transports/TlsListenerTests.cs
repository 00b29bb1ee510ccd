using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Server.Connections.Sockets.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What comes to a TLS port before anything is known about it.</summary>
public sealed class TlsListenerTests : IAsyncDisposable
{
    private const string HttpRequest = "GET /health/live HTTP/1.1\r\nHost: node\r\n\r\n";
    private const string BadUpgrade = "GET /ws HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\n\r\n";

    private readonly X509Certificate2Collection _chain = TlsTestCertificate.Chain();
    private readonly List<X509Certificate2> _renewed = [];
    private readonly TlsContext _tls;
    private readonly ListenerRig _rig;

    public TlsListenerTests()
    {
        _tls = new TlsContext(_chain);
        _rig = new ListenerRig(_tls);
    }

    [Theory]
    [InlineData("garbage\r\n")]
    [InlineData(HttpRequest)]
    [InlineData("\x16\x03\x01\xff\xff\x01")]
    public void Bytes_that_are_no_Tls_end_the_connection(string bytes)
    {
        var peer = _rig.Connect();
        peer.Send(Encoding.Latin1.GetBytes(bytes));
        peer.Shutdown(SocketShutdown.Send);
        _rig.TurnUntil(() => peer.Poll(0, SelectMode.SelectRead) && _rig.Poller.Count == 1);
        Assert.Equal(0, _tls.OpenCount);
    }

    [Fact]
    public void Client_that_says_nothing_costs_no_session_and_is_closed_in_time()
    {
        _rig.Connect();
        _rig.TurnUntil(() => _rig.Poller.Count == 2);
        _rig.Lane.Turn();
        _rig.Lane.Turn();
        Assert.Equal(0, _tls.OpenCount);
        _rig.Time.Advance((long)_rig.Limits.HandshakeTimeout.TotalMilliseconds + 100);
        _rig.TurnUntil(() => _rig.Poller.Count == 1);
    }

    [Fact]
    public void Clients_that_are_never_served_because_others_come_after_them_leave_the_line_in_time()
    {
        const int Crowd = 40;
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < Crowd; i++)
            {
                _rig.Connect().Send([0x16, 3, 1, 0, 200, 1]);
            }

            // They are accepted, then watched and found to have said something, and a few are begun with.
            _rig.Lane.Turn();
            _rig.Lane.Turn();
            _rig.Lane.Turn();
            Assert.InRange(_rig.Sockets.TurnsOf(_rig.Lane).LineLength, 1, Crowd);
            _rig.Time.Advance((long)_rig.Limits.HandshakeTimeout.TotalMilliseconds + 100);
            _rig.Lane.Turn();
        }
    }

    [Fact]
    public void Client_that_stops_in_its_hello_is_closed_in_time()
    {
        var peer = _rig.Connect();
        peer.Send([0x16, 3, 1, 0, 200, 1]);
        _rig.TurnUntil(() => _tls.OpenCount == 1);
        _rig.Time.Advance((long)_rig.Limits.HandshakeTimeout.TotalMilliseconds + 100);
        _rig.TurnUntil(() => _rig.Poller.Count == 1);
        Assert.Equal(0, _tls.OpenCount);
    }

    [Fact]
    public void Client_that_vanishes_in_its_hello_leaves_nothing()
    {
        var peer = _rig.Connect();
        peer.Send([0x16, 3, 1, 0, 200, 1]);
        _rig.TurnUntil(() => _tls.OpenCount == 1);
        peer.LingerState = new LingerOption(enable: true, seconds: 0);
        peer.Close();
        _rig.TurnUntil(() => _rig.Poller.Count == 1);
        Assert.Equal(0, _tls.OpenCount);
    }

    [Fact]
    public async Task Hello_byte_by_byte_is_a_hello()
    {
        await using var stream = new OneByteStream(_rig.Connect());
        await using var client = await AuthenticateAsync(stream, SslProtocols.None);
        Assert.True(client.IsAuthenticated);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Chain_is_sent_whole_and_Http_goes_to_Kestrel_with_its_scheme(SslProtocols version)
    {
        var peer = _rig.Connect();
        await using var client = await AuthenticateAsync(new NetworkStream(peer, ownsSocket: true), version);
        Assert.Equal(version, client.SslProtocol);
        var accepting = _rig.Listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await client.WriteAsync(Encoding.ASCII.GetBytes(HttpRequest), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => accepting.IsCompleted);
        var context = await accepting;
        var reading = context!.Transport.Input.ReadAtLeastAsync(HttpRequest.Length, TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntil(() => reading.IsCompleted);
        Assert.Equal(HttpRequest, Encoding.ASCII.GetString((await reading).Buffer));
        Assert.NotNull(context.Features.Get<ITlsConnectionFeature>());
        Assert.Equal(peer.LocalEndPoint, context.RemoteEndPoint);
        Assert.Equal(peer.RemoteEndPoint, context.LocalEndPoint);

        // More than pipe and kernel hold, to a client that reads; then the end.
        var answer = new byte[3_000_000];
        new Random(7).NextBytes(answer);
        var closed = new TaskCompletionSource();
        context.ConnectionClosed.Register(closed.SetResult);
        var writing = WriteAndEndAsync(context, answer);
        var received = new MemoryStream();
        var copying = client.CopyToAsync(received, TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => copying.IsCompleted);
        await copying;
        client.Close();
        _rig.TurnUntil(() => writing.IsCompleted && closed.Task.IsCompleted);
        await writing;
        Assert.True(received.ToArray().AsSpan().SequenceEqual(answer));
        Assert.Equal(1, _rig.Poller.Count);
        Assert.Equal(0, _tls.OpenCount);
    }

    [Fact]
    public async Task Upload_that_Kestrel_does_not_read_waits_at_the_client()
    {
        await using var client = await AuthenticateAsync(new NetworkStream(_rig.Connect(), ownsSocket: true), SslProtocols.None);
        var accepting = _rig.Listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await client.WriteAsync(Encoding.ASCII.GetBytes(HttpRequest), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => accepting.IsCompleted);
        var context = (await accepting)!;
        var body = new byte[32_000_000];
        new Random(8).NextBytes(body);
        var sending = client.WriteAsync(body, TestContext.Current.CancellationToken).AsTask();

        // Until nothing moves any more although the client has more to send: what is there is bounded by the pipe and one read.
        for (var quiet = 0; quiet < 1000; quiet = _rig.Lane.Turn() ? 0 : quiet + 1)
        {
            await Task.Yield();
        }

        Assert.False(sending.IsCompleted);
        Assert.True(context.Transport.Input.TryRead(out var first));
        Assert.InRange(first.Buffer.Length, 1, 3 * 64 * 1024);
        context.Transport.Input.AdvanceTo(first.Buffer.GetPosition(HttpRequest.Length));

        var reading = context.Transport.Input.ReadAtLeastAsync(1, TestContext.Current.CancellationToken).AsTask();
        var got = new MemoryStream();
        while (got.Length < body.Length)
        {
            _rig.TurnUntil(() => reading.IsCompleted);
            var part = await reading;
            foreach (var memory in part.Buffer)
            {
                got.Write(memory.Span);
            }

            context.Transport.Input.AdvanceTo(part.Buffer.End);
            reading = context.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        }

        await sending;
        Assert.True(got.ToArray().AsSpan().SequenceEqual(body));
        context.Abort(new ConnectionAbortedException());
        _rig.TurnUntil(() => _tls.OpenCount == 0 && reading.IsCompleted);
        var disposing = context.DisposeAsync().AsTask();
        _rig.TurnUntil(() => disposing.IsCompleted);
        await disposing;
    }

    [Fact]
    public async Task Upgrade_that_is_wrong_is_answered_and_closed()
    {
        await using var client = await AuthenticateAsync(new NetworkStream(_rig.Connect(), ownsSocket: true), SslProtocols.None);
        await client.WriteAsync(Encoding.ASCII.GetBytes(BadUpgrade), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client, Encoding.Latin1);
        var reading = reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => reading.IsCompleted);
        Assert.StartsWith("HTTP/1.1 400 ", await reading, StringComparison.Ordinal);
        client.Close();
        _rig.TurnUntil(() => _tls.OpenCount == 0);
    }

    [Fact]
    public async Task Handshakes_of_a_storm_take_turns_and_all_get_through()
    {
        const int Count = 100;
        var clients = Enumerable.Range(0, Count).Select(_ => Task.Run(async () =>
        {
            var client = new SslStream(new NetworkStream(await ConnectLaterAsync(), ownsSocket: true), leaveInnerStreamOpen: false, IsOurs);
            await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, TestContext.Current.CancellationToken);
            return client;
        })).ToList();
        _rig.TurnUntil(() => clients.TrueForAll(static client => client.IsCompleted));
        foreach (var client in clients)
        {
            await (await client).DisposeAsync();
        }

        _rig.TurnUntil(() => _rig.Poller.Count == 1);
        Assert.Equal(0, _tls.OpenCount);
    }

    [Fact]
    public async Task Certificate_that_was_renewed_is_shown_to_who_comes_and_who_is_there_goes_on()
    {
        var before = await AuthenticateAsync(new NetworkStream(_rig.Connect(), ownsSocket: true), SslProtocols.None);
        Assert.Equal(_chain[0].Thumbprint, before.RemoteCertificate!.GetCertHashString());
        var next = TlsTestCertificate.Rsa();
        _renewed.Add(next[0]);
        _tls.Renew(next);
        var after = await AuthenticateAsync(new NetworkStream(_rig.Connect(), ownsSocket: true), SslProtocols.None);
        Assert.Equal(next[0].Thumbprint, after.RemoteCertificate!.GetCertHashString());
        foreach (var client in new[] { before, after })
        {
            await client.WriteAsync(Encoding.ASCII.GetBytes(BadUpgrade), TestContext.Current.CancellationToken);
            var answer = new byte[256];
            var reading = client.ReadAsync(answer, TestContext.Current.CancellationToken).AsTask();
            _rig.TurnUntil(() => reading.IsCompleted);
            Assert.StartsWith("HTTP/1.1 400 ", Encoding.ASCII.GetString(answer, 0, await reading), StringComparison.Ordinal);
            await client.DisposeAsync();
        }

        _rig.TurnUntil(() => _rig.Poller.Count == 1);
    }

    [Fact]
    public async Task Certificate_that_is_renewed_while_clients_come_harms_none()
    {
        var chains = new[] { TlsTestCertificate.Ecdsa(), TlsTestCertificate.Rsa(), _chain };
        _renewed.AddRange([chains[0][0], chains[1][0]]);
        using var stop = new CancellationTokenSource();
        var renewing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                _tls.Renew(chains[i % 3]);
            }
        });
        for (var i = 0; i < 60; i++)
        {
            await using var client = await AuthenticateAsync(new NetworkStream(_rig.Connect(), ownsSocket: true), SslProtocols.None);
            Assert.True(client.IsAuthenticated);
        }

        await stop.CancelAsync();
        await renewing;
        _rig.TurnUntil(() => _rig.Poller.Count == 1);
    }

    [Fact]
    public void Certificate_whose_key_is_not_its_own_is_refused_and_the_former_one_stays()
    {
        X509Certificate2Collection keyless = [X509CertificateLoader.LoadCertificate(_chain[0].RawData)];
        Assert.Throws<CryptographicException>(() => _tls.Renew(keyless));
        var session = _tls.Open(_rig.Connect().Handle.ToInt32());
        Assert.NotEqual(0, session);
        _tls.Close(session);
    }

    [Fact]
    public void Certificate_with_an_Rsa_key_is_taken()
    {
        using var context = new TlsContext(TlsTestCertificate.Rsa());
        Assert.Equal(0, context.OpenCount);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_rig.Faults);
        await _rig.DisposeAsync();
        Assert.Equal(0, _tls.OpenCount);
        _tls.Dispose();
        foreach (var certificate in _chain)
        {
            certificate.Dispose();
        }
    }

    private static async Task WriteAndEndAsync(ConnectionContext context, byte[] answer)
    {
        await context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken);
        await context.DisposeAsync();
    }

    private async Task<Socket> ConnectLaterAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_rig.Listener.EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    private async Task<SslStream> AuthenticateAsync(Stream stream, SslProtocols version)
    {
        var client = new SslStream(stream, leaveInnerStreamOpen: false, IsOurs);
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version, ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] };
        var authenticating = client.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => authenticating.IsCompleted);
        await authenticating;
        Assert.NotEqual(SslApplicationProtocol.Http2, client.NegotiatedApplicationProtocol);
        return client;
    }

    // The issuers come with it, so that a client that knows only the root can follow.
    private bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        _renewed.Exists(each => certificate!.GetRawCertData().AsSpan().SequenceEqual(each.RawData))
        || (certificate!.GetRawCertData().AsSpan().SequenceEqual(_chain[0].RawData) && chain!.ChainPolicy.ExtraStore.Select(static each => each.Thumbprint).Contains(_chain[1].Thumbprint));
}
