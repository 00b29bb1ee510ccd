using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Nats.Authentication;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Connections;

/// <summary>Brings a connection to a server up: TCP, INFO, TLS, CONNECT, and the PONG that says that we are in.</summary>
internal sealed class Dialer(NatsOptions options)
{
    // One read takes what a socket has by default; a message that is cut at the end of one is gathered once per so many bytes.
    private const int ReadBytes = 64 * 1024;

    /// <exception cref="NatsException">It did not come about; the error says why.</exception>
    /// <exception cref="OperationCanceledException">The caller does not want it any more.</exception>
    public async Task<Transport> ConnectAsync(ServerAddress server, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, either.Token).ConfigureAwait(false);
            return await LogInAsync(socket, server, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is NatsException)
                throw;
            throw new NatsException(Explain(exception, server));
        }
    }

    private async Task<Transport> LogInAsync(Socket socket, ServerAddress server, CancellationToken cancellationToken)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        var secure = options.Tls.Mode == NatsTlsMode.First;
        if (secure)
            stream = await SecureAsync(stream, server, cancellationToken).ConfigureAwait(false);

        using var operations = new OperationReader(new ProtocolLimits(ProtocolLimits.DefaultMaxLineBytes, options.MaxMessageBytes));
        var reader = Read(stream);
        var info = await ReadInfoAsync(reader, operations, server, cancellationToken).ConfigureAwait(false);
        var wantsTls = server.RequiresTls || options.Tls.Mode == NatsTlsMode.Require;
        if (!secure && (wantsTls || info.RequiresTls))
        {
            if (!info.RequiresTls && !info.OffersTls)
                NatsException.Throw(Error(NatsErrorCode.TlsFailed, "TLS is required here, but the server does not offer it.", server));

            // Whatever came behind INFO came from someone who is not yet known to be the server.
            if (reader.TryRead(out var rest) && !rest.Buffer.IsEmpty)
                NatsException.Throw(Error(NatsErrorCode.MalformedInput, "The server sent more than INFO before TLS.", server));
            stream = await SecureAsync(stream, server, cancellationToken).ConfigureAwait(false);
            reader = Read(stream);
            secure = true;
        }

        var proof = await ProveAsync(server, info, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(ConnectWriter.Write(options.Name, options.Echo, secure, info.HasHeaders, proof), cancellationToken).ConfigureAwait(false);
        info = await ReadPongAsync(reader, operations, info, server, cancellationToken).ConfigureAwait(false);
        return new Transport(socket, stream, reader, info, server);
    }

    private static PipeReader Read(Stream stream) =>
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBytes, minimumReadSize: 4096, leaveOpen: true));

    private async Task<SslStream> SecureAsync(Stream stream, ServerAddress server, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = options.Tls.ServerName ?? server.TlsHost,
                ClientCertificates = options.Tls.ClientCertificate is { } own ? [own] : null,
                CertificateChainPolicy = Policy(),
            },
            cancellationToken).ConfigureAwait(false);
        return tls;
    }

    private X509ChainPolicy? Policy()
    {
        if (options.Tls.Authorities is not { } authorities)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private async ValueTask<ConnectProof> ProveAsync(ServerAddress server, ServerInfo info, CancellationToken cancellationToken)
    {
        try
        {
            return (options.Credentials ?? server.Credentials) is { } credentials
                ? await credentials.ProveAsync(info.Nonce, cancellationToken).ConfigureAwait(false)
                : ConnectProof.None;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new NatsException(Error(NatsErrorCode.CredentialsUnusable, exception.Message, server, exception));
        }
    }

    private static async ValueTask<ServerInfo> ReadInfoAsync(PipeReader reader, OperationReader operations, ServerAddress server, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (isDone, info, _) = await ReadOneAsync(reader, operations, server, expectsInfo: true, cancellationToken).ConfigureAwait(false);
            if (isDone)
                return info!;
        }
    }

    private static async ValueTask<ServerInfo> ReadPongAsync(
        PipeReader reader, OperationReader operations, ServerInfo info, ServerAddress server, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (_, newer, isPong) = await ReadOneAsync(reader, operations, server, expectsInfo: false, cancellationToken).ConfigureAwait(false);
            info = newer ?? info;
            if (isPong)
                return info;
        }
    }

    /// <summary>Reads one operation, if there is a whole one; throws on what does not belong into a handshake.</summary>
    private static async ValueTask<(bool IsDone, ServerInfo? Info, bool IsPong)> ReadOneAsync(
        PipeReader reader, OperationReader operations, ServerAddress server, bool expectsInfo, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var buffer = read.Buffer;
        var status = operations.TryRead(ref buffer, out var operation);
        ServerInfo? info = null;
        NatsError? error = null;
        if (status == ParseStatus.Malformed)
            error = Error(NatsErrorCode.MalformedInput, $"This is no NATS server: {operation.Fault}.", server);
        else if (status == ParseStatus.NeedMore && read.IsCompleted)
            error = Error(NatsErrorCode.ConnectionLost, "The server closed the connection during the handshake.", server);
        else if (status == ParseStatus.Complete && operation.Kind == OperationKind.Error)
            error = FromServer(System.Text.Encoding.UTF8.GetString(operation.Text), server);
        else if (status == ParseStatus.Complete && operation.Kind == OperationKind.Info && !InfoReader.TryRead(operation.Text, out info))
            error = Error(NatsErrorCode.MalformedInput, "The server sent an INFO that cannot be read.", server);
        else if (status == ParseStatus.Complete && (operation.Kind == OperationKind.Message || (expectsInfo && operation.Kind != OperationKind.Info)))
            error = Error(NatsErrorCode.MalformedInput, $"The server sent {operation.Kind} where the handshake has none.", server);
        var isPong = status == ParseStatus.Complete && operation.Kind == OperationKind.Pong;
        reader.AdvanceTo(buffer.Start, status == ParseStatus.Complete ? buffer.Start : buffer.End);
        if (error is not null)
            NatsException.Throw(error);
        return (status == ParseStatus.Complete, info, isPong);
    }

    public static NatsError FromServer(string text, ServerAddress server) =>
        new(ServerErrors.Classify(text), text) { Server = server.ToString(), Subject = ServerErrors.Subject(text) };

    private static NatsError Explain(Exception exception, ServerAddress server) => exception switch
    {
        OperationCanceledException => Error(NatsErrorCode.ConnectFailed, "No connection came about in time.", server, new TimeoutException()),
        AuthenticationException => Error(NatsErrorCode.TlsFailed, exception.InnerException?.Message ?? exception.Message, server, exception),
        SocketException => Error(NatsErrorCode.ConnectFailed, exception.Message, server, exception),
        IOException => Error(NatsErrorCode.ConnectionLost, "The connection broke during the handshake.", server, exception),
        _ => Error(NatsErrorCode.ConnectFailed, exception.Message, server, exception),
    };

    private static NatsError Error(NatsErrorCode code, string text, ServerAddress server, Exception? cause = null) =>
        new(code, text) { Server = server.ToString(), Cause = cause };
}
