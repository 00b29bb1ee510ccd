using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Client.Http;

namespace Gateway.Demo.Watching;

/// <summary>Looks at a cluster through whichever of its nodes answers, and prints a line for all that changes.</summary>
internal sealed class ClusterWatch(IReadOnlyList<Uri> nodes, string username, string password, TextWriter output)
{
    // A person sees no shorter pause; a take-over takes seconds.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // A sign-in is a password hash, on a node that may have just started.
    private static readonly TimeSpan SignInPatience = TimeSpan.FromSeconds(20);

    private ClusterState _last = ClusterState.Unknown;
    private bool _isSilent;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery);
        for (var next = 0; ; next = (next + 1) % nodes.Count)
        {
            using var gateway = new GatewayHttp(nodes[next], new GatewayHttpOptions { Timeout = SignInPatience });
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = nodes[next], Timeout = Patience };
            try
            {
                await SignInAsync(gateway, cancellationToken).ConfigureAwait(false);
                while (true)
                {
                    Show(await LookAsync(gateway, http, cancellationToken).ConfigureAwait(false));
                    await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is GatewayHttpException or HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next node, then: this one may be what the person has just killed.
                if (next == nodes.Count - 1 && !_isSilent)
                    await SayAsync("no node answers").ConfigureAwait(false);
                _isSilent |= next == nodes.Count - 1;
                await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The nodes share their users, so whoever registered at one signs in at all.</summary>
    private async Task SignInAsync(GatewayHttp gateway, CancellationToken cancellationToken)
    {
        try
        {
            await gateway.Accounts.LoginAsync(username, password, cancellationToken).ConfigureAwait(false);
        }
        catch (GatewayHttpException e) when (e.Code == "credentials-invalid")
        {
            await gateway.Accounts.RegisterAsync(username, username + "@example.com", password, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ClusterState> LookAsync(GatewayHttp gateway, HttpClient http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cluster");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.Accounts.GetTokenAsync(cancellationToken).ConfigureAwait(false));
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<ClusterState>(JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("The body is null.");
    }

    private void Show(ClusterState state)
    {
        _isSilent = false;
        if (!state.Enabled)
            throw new DemoException(ExitCode.Unexpected, $"{state.Self} is alone, and no member of a cluster.");
        foreach (var sentence in ClusterChanges.Between(_last, state))
            output.WriteLine(Line(sentence));
        output.Flush();
        _last = state;
    }

    private Task SayAsync(string sentence) => output.WriteLineAsync(Line(sentence));

    private static string Line(string sentence) => string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss.f}  {sentence}");
}
