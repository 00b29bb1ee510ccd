using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Operations.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Connections;

/// <summary>
/// Looks at the first bytes of every TCP connection: an upgrade on the gateway's paths is taken over on the raw pipe, so that no HttpContext lives on with it; everything
/// else goes on to Kestrel's HTTP as if nobody had looked.
/// </summary>
internal sealed class UpgradeMiddleware(ConnectionNode node) : IConnectionMiddleware
{
    public void Attach(ListenOptions listen) => listen.Use(next => context => ServeAsync(context, next));

    /// <summary>Serves a connection to its end, or until it is handed on.</summary>
    public async Task ServeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        // One timer for the few milliseconds of a handshake; what lives on hangs on the lane's wheel.
        using var timeout = new CancellationTokenSource(node.Limits.HandshakeTimeout, node.Time);
        var input = context.Transport.Input;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await RefuseAsync(context, HandshakeRejection.TimedOut).ConfigureAwait(false);
                return;
            }
            catch (IOException)
            {
                return;
            }

            var status = HandshakeParser.TryParse(result.Buffer, node.HandshakeLimits, out var request, out var rejection, out var consumed);
            switch (status)
            {
                case HandshakeStatus.NeedMore when result.IsCompleted && result.Buffer.IsEmpty:
                    return;
                case HandshakeStatus.NeedMore when !result.IsCompleted:
                    input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    continue;
                case HandshakeStatus.Upgrade:
                    input.AdvanceTo(consumed);
                    await UpgradeAsync(context, request!).ConfigureAwait(false);
                    return;
                case HandshakeStatus.Invalid:
                    input.AdvanceTo(result.Buffer.End);
                    await RefuseAsync(context, rejection).ConfigureAwait(false);
                    return;
                default:
                    // Nothing consumed, nothing examined: Kestrel reads it all again.
                    input.AdvanceTo(result.Buffer.Start);
                    context.Items[UpgradeEndpoint.FirstRequest] = true;
                    await next(context).ConfigureAwait(false);
                    return;
            }
        }
    }

    private async Task UpgradeAsync(ConnectionContext context, HandshakeRequest request)
    {
        var address = (context.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        var rejection = node.Admit(request, address, out var terms);
        if (rejection != HandshakeRejection.None)
        {
            await RefuseAsync(context, rejection).ConfigureAwait(false);
            return;
        }

        try
        {
            HandshakeResponse.Write(context.Transport.Output, request.SecWebSocketKey, terms.SubProtocol, terms.Deflate);
            await context.Transport.Output.FlushAsync().ConfigureAwait(false);
        }
        catch
        {
            node.Admission.Exit(terms.Address!);
            throw;
        }

        await node.ServeAsync(
            context.Transport, () => context.Abort(new ConnectionAbortedException("The gateway ended the connection.")), request, terms).ConfigureAwait(false);
    }

    private async Task RefuseAsync(ConnectionContext context, HandshakeRejection rejection)
    {
        node.CountRefused(rejection);
        rejection.Write(context.Transport.Output, ConnectionNode.RetryAfter(rejection));
        await context.Transport.Output.FlushAsync().ConfigureAwait(false);
        await context.Transport.Output.CompleteAsync().ConfigureAwait(false);

        // What the client has sent and we have not read would make the kernel answer with a reset, which can overtake the response.
        await DiscardAsync(context.Transport.Input).ConfigureAwait(false);
    }

    private async Task DiscardAsync(PipeReader input)
    {
        using var linger = new CancellationTokenSource(node.Limits.CloseTimeout, node.Time);
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(linger.Token).ConfigureAwait(false);
                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client is gone, or has had its time.
        }
    }
}
