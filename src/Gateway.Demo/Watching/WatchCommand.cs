using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gateway.Demo.Watching;

/// <summary>The command line of <c>watch</c>, which <c>./run cluster</c> starts beside its nodes.</summary>
internal static class WatchCommand
{
    /// <summary>Where the password is read from: an argument can be seen by everybody on the machine.</summary>
    private const string PasswordVariable = "GATEWAY_WATCH_PASSWORD";

    public static Command Create()
    {
        var urls = new Option<Uri[]>("--url") { Description = "A node's address; once for each node.", Required = true, CustomParser = Parse };
        var user = new Option<string>("--user") { Description = $"Who looks; registered when there is no such user. The password is in {PasswordVariable}.", DefaultValueFactory = _ => "operator" };
        var command = new Command("watch", "Prints a line whenever the nodes of a cluster or the owners of its shards change.") { urls, user };
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(parsed.GetValue(urls)!, parsed.GetValue(user)!, cancellationToken).ConfigureAwait(false));
        return command;
    }

    private static Uri[] Parse(ArgumentResult result)
    {
        var urls = new List<Uri>();
        foreach (var token in result.Tokens)
        {
            if (Uri.TryCreate(token.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                urls.Add(url);
            else
                result.AddError($"--url needs an address like http://localhost:8080; {token.Value} is none.");
        }

        return [.. urls];
    }

    private static async Task<ExitCode> RunAsync(Uri[] urls, string user, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(PasswordVariable) is not { Length: > 0 } password)
        {
            await Console.Error.WriteLineAsync($"gateway-demo: {PasswordVariable} is not set.").ConfigureAwait(false);
            return ExitCode.BadArguments;
        }

        try
        {
            await new ClusterWatch(urls, user, password, Console.Out).RunAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
        catch (DemoException exception)
        {
            await Console.Error.WriteLineAsync($"gateway-demo: {exception.Message}").ConfigureAwait(false);
            return exception.ExitCode;
        }
    }
}
