using System.Globalization;
using System.Security.Cryptography;
using Gateway.Client;
using Gateway.Client.Http;
using Gateway.Demo.Following;
using Gateway.Demo.Media;
using Gateway.Demo.Screens;

namespace Gateway.Demo;

/// <summary>The demo itself, from the clip to the checked result. Whatever happens, its temporary files go, and a job that was begun and not finished is cancelled.</summary>
internal sealed class DemoRun(DemoOptions options, IScreen screen)
{
    private static readonly TimeSpan CleanUpTimeout = TimeSpan.FromSeconds(8);

    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<Figures> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-demo-");
        try
        {
            return await RunAsync(folder.FullName, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<Figures> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var validation = Certificates.Validation(options);
        var clip = options.File?.FullName ?? Path.Combine(folder, "test-clip.mp4");
        if (options.File is null)
        {
            screen.Step($"Making a test clip of {Clips.TestSeconds} seconds with ffmpeg");
            await Clips.MakeTestClipAsync(clip, cancellationToken).ConfigureAwait(false);
        }

        var source = await Clips.ProbeAsync(clip, cancellationToken).ConfigureAwait(false);
        using var http = new GatewayHttp(options.Url, new GatewayHttpOptions { CertificateValidation = validation });
        var user = await RegisterAsync(http, cancellationToken).ConfigureAwait(false);
        screen.Step($"Registered {user} at {options.Url}");

        var clientOptions = new GatewayClientOptions { TokenProvider = http.Accounts.GetTokenAsync, CertificateValidation = validation, Agent = "gateway-demo/1" };
        clientOptions.Endpoints.Add(http.WebSocketAddress);
        clientOptions.Reconnect.StopAfterFailure = true;
        if (options.Url.IsLoopback)
            clientOptions.ConfigureWebSocket = static socket => socket.Proxy = null;
        var client = new GatewayClient(clientOptions);
        await using var _ = client.ConfigureAwait(false);
        await ConnectAsync(client, cancellationToken).ConfigureAwait(false);
        screen.Step($"Connected over {http.WebSocketAddress}");

        string? unfinished = null;
        try
        {
            var ticket = await http.Jobs.AnnounceAsync(Path.GetFileName(clip), source.Bytes, options.Preset, cancellationToken).ConfigureAwait(false);
            unfinished = ticket.Id;
            var follower = await JobFollower.JoinAsync(client, ticket.Id, _time, cancellationToken).ConfigureAwait(false);
            var uploadTime = await UploadAsync(http.Jobs, ticket, clip, cancellationToken).ConfigureAwait(false);
            var queuedAt = _time.GetTimestamp();
            await follower.FollowAsync(screen.Job, cancellationToken).ConfigureAwait(false);
            var jobTime = _time.GetElapsedTime(queuedAt);
            unfinished = null;

            var result = await DownloadAsync(http.Jobs, ticket.Id, folder, cancellationToken).ConfigureAwait(false);
            if (ResultCheck.Complaint(source, result, options.Preset) is { } complaint)
                throw new DemoException(ExitCode.ResultWrong, $"The result is not what it should be: {complaint}.");
            screen.Step("The result is what it should be");
            return new Figures(source, result, uploadTime, jobTime, follower.Log, options.Url.IsLoopback, follower.ReconnectCount);
        }
        finally
        {
            if (unfinished is not null)
                await CancelAsync(http.Jobs, unfinished).ConfigureAwait(false);
        }
    }

    private static async Task<string> RegisterAsync(GatewayHttp http, CancellationToken cancellationToken)
    {
        var name = "demo-" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        try
        {
            await http.Accounts.RegisterAsync(name, name + "@example.com", RandomNumberGenerator.GetHexString(32), cancellationToken).ConfigureAwait(false);
            return name;
        }
        catch (GatewayHttpException exception) when (exception.StatusCode != 0)
        {
            throw new DemoException(ExitCode.AccountRefused, $"The gateway did not register a user: {exception.Message}", exception);
        }
    }

    private static async Task ConnectAsync(GatewayClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GatewayException exception)
        {
            throw new DemoException(ExitCode.Unreachable, $"There is no WebSocket connection: {exception.Message}", exception);
        }
    }

    private async Task<TimeSpan> UploadAsync(JobsClient jobs, UploadTicket ticket, string clip, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        try
        {
            var file = File.OpenRead(clip);
            await using var _ = file.ConfigureAwait(false);
            await jobs.UploadAsync(ticket, file, new DirectProgress(screen.Upload), cancellationToken).ConfigureAwait(false);
        }
        catch (GatewayHttpException exception)
        {
            throw new DemoException(ExitCode.UploadFailed, $"The upload failed: {exception.Message}", exception);
        }

        var took = _time.GetElapsedTime(startedAt);
        screen.Step(string.Create(CultureInfo.InvariantCulture, $"Uploaded {ticket.Size / 1e6:0.00} MB in {took.TotalSeconds:0.00} s as job {ticket.Id}"));
        return took;
    }

    private async Task<ClipFacts> DownloadAsync(JobsClient jobs, string id, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "result");
        try
        {
            var file = File.Create(path);
            await using var _ = file.ConfigureAwait(false);
            var bytes = await jobs.DownloadAsync(id, file, cancellationToken: cancellationToken).ConfigureAwait(false);
            screen.Step(string.Create(CultureInfo.InvariantCulture, $"Downloaded the result, {bytes / 1e6:0.00} MB"));
        }
        catch (GatewayHttpException exception)
        {
            throw new DemoException(ExitCode.ResultWrong, $"The result cannot be downloaded: {exception.Message}", exception);
        }

        try
        {
            return await Clips.ProbeAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (DemoException exception)
        {
            throw new DemoException(ExitCode.ResultWrong, $"The result is no video: {exception.Message}", exception);
        }
    }

    /// <summary>Best effort, within a few seconds: the reason why the demo ended is more worth telling than what goes wrong here.</summary>
    private static async Task CancelAsync(JobsClient jobs, string id)
    {
        using var timeout = new CancellationTokenSource(CleanUpTimeout);
        try
        {
            await jobs.DeleteAsync(id, timeout.Token).ConfigureAwait(false);
        }
        catch (GatewayHttpException exception) when (exception.StatusCode == 404)
        {
            await AbortAsync(jobs, id, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is GatewayHttpException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"gateway-demo: job {id} could not be cancelled: {exception.Message}").ConfigureAwait(false);
        }
    }

    private static async Task AbortAsync(JobsClient jobs, string id, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.AbortUploadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is GatewayHttpException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"gateway-demo: upload {id} could not be aborted: {exception.Message}").ConfigureAwait(false);
        }
    }

    /// <summary>Tells at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class DirectProgress(Action<UploadProgress> report) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => report(value);
    }
}
