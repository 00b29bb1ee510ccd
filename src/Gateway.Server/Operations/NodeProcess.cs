using System.Net.Sockets;
using System.Reflection;
using Gateway.Server.Operations.Health;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations;

/// <summary>
/// The life of the process around the application: arguments, settings, start or refusal in sentences, the address, signals, the exit code
/// (0 well, 1 a fault, 2 refused to start, 130 ended at once by a second signal).
/// </summary>
internal static class NodeProcess
{
    private const int Refused = 2;
    private const int Fault = 1;

    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> addParts, Action<WebApplication> mapParts)
    {
        try
        {
            return await RunAsync(StartArguments.Parse(args), addParts, mapParts).ConfigureAwait(false);
        }
        catch (StartRefusedException e)
        {
            foreach (var sentence in e.Sentences)
                await Console.Error.WriteLineAsync($"gateway: {sentence}").ConfigureAwait(false);
            return Refused;
        }
        catch (OptionsValidationException e)
        {
            foreach (var sentence in e.Failures)
                await Console.Error.WriteLineAsync($"gateway: {sentence}").ConfigureAwait(false);
            return Refused;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"gateway: stopped by a fault: {e}").ConfigureAwait(false);
            return Fault;
        }
    }

    private static async Task<int> RunAsync(StartArguments arguments, Action<WebApplicationBuilder> addParts, Action<WebApplication> mapParts)
    {
        switch (arguments.Task)
        {
            case StartTask.Help:
                await Console.Out.WriteAsync(HelpText.Text).ConfigureAwait(false);
                return 0;
            case StartTask.PrintVersion:
                await Console.Out.WriteLineAsync(Version).ConfigureAwait(false);
                return 0;
            case StartTask.PrintOptions:
                await Console.Out.WriteAsync(OptionReference.ToMarkdown(NodeApplication.RegistrationsOf(NodeApplication.CreateBuilder(arguments, addParts)))).ConfigureAwait(false);
                return 0;
            case StartTask.PrintConfiguration:
                using (var options = NodeApplication.CheckedOptions(NodeApplication.CreateBuilder(arguments, addParts)))
                    await Console.Out.WriteAsync(ConfigurationDump.ToJson(options)).ConfigureAwait(false);
                return 0;
            case StartTask.ProbeHealth:
                var node = NodeApplication.CreateBuilder(arguments, static _ => { }).Configuration.GetSection(NodeOptions.Section).Get<NodeOptions>() ?? new NodeOptions();
                return await HealthProbe.RunAsync(arguments.HealthTarget, node, CancellationToken.None).ConfigureAwait(false);
            default:
                var app = NodeApplication.Build(arguments, addParts, mapParts);
                await using (app.ConfigureAwait(false))
                    return await ServeAsync(app).ConfigureAwait(false);
        }
    }

    public static string Version =>
        typeof(NodeProcess).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static async Task<int> ServeAsync(WebApplication app)
    {
        var node = app.Services.GetRequiredService<IOptions<NodeOptions>>().Value;
        using var signals = new RepeatedSignal();
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException && FindSocketError(e) is { } error)
        {
            throw new StartRefusedException(error switch
            {
                SocketError.AddressAlreadyInUse => $"port {node.Port} on {node.Address} is in use; choose another with PORT=… or --port.",
                SocketError.AccessDenied => $"port {node.Port} on {node.Address} needs privileges; choose one from 1024 up.",
                SocketError.AddressNotAvailable => $"this machine has no address {node.Address} (Gateway:Address).",
                _ => $"cannot listen on {node.Address} port {node.Port}: {error}.",
            });
        }

        ReadyAnnouncement.Announce(app, node);
        await app.WaitForShutdownAsync().ConfigureAwait(false);

        // What made a part stop the node, if one did.
        return Environment.ExitCode;
    }

    private static SocketError? FindSocketError(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
                return socket.SocketErrorCode;
        }

        return null;
    }
}
