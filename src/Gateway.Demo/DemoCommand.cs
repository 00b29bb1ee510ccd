using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Demo.Watching;

namespace Gateway.Demo;

/// <summary>The command line.</summary>
internal static class DemoCommand
{
    private const string Description = """
        Shows a gateway at work: registers a user, uploads a video over HTTP, follows its job over a WebSocket, downloads the result and checks it.

        Exit codes: 0 all went well, 1 something unexpected, 2 wrong arguments, 3 the gateway cannot be reached, 4 ffmpeg is missing or there is no
        usable clip, 5 the gateway refused the account, 6 the upload failed, 7 the job failed, 8 the job could not be followed over the WebSocket,
        9 the result is not what it should be, 10 it took too long, 130 cancelled.
        """;

    public static RootCommand Create(Func<DemoOptions, CancellationToken, Task<ExitCode>> run)
    {
        var url = new Option<Uri>("--url")
        {
            Description = "The gateway's address.",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
            CustomParser = ParseUrl,
        };
        var file = new Option<FileInfo>("--file") { Description = "The video to upload. Without it a test clip of 12 seconds is made with ffmpeg." };
        file.AcceptExistingOnly();
        var preset = new Option<string>("--preset") { Description = "What to make of it.", DefaultValueFactory = _ => "mp4-720p" };
        preset.AcceptOnlyFromAmong("mp4-1080p", "mp4-720p", "mp4-480p", "webm", "audio", "gif");
        var insecure = new Option<bool>("--insecure") { Description = "Take any certificate. Only for a machine that is your own." };
        var authority = new Option<FileInfo>("--ca") { Description = "A PEM file with the certificate to trust, for a self-made one." };
        authority.AcceptExistingOnly();
        var plain = new Option<bool>("--plain") { Description = "Print lines instead of moving bars. The default when the output is no terminal." };
        var timeout = new Option<int>("--timeout") { Description = "How many seconds everything may take.", DefaultValueFactory = _ => 600 };
        timeout.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() <= 0)
                result.AddError("--timeout must be more than 0.");
        });

        var command = new RootCommand(Description) { url, file, preset, insecure, authority, plain, timeout, WatchCommand.Create() };
        command.SetAction(async (parsed, cancellationToken) => (int)await run(
            new DemoOptions(
                parsed.GetValue(url)!, parsed.GetValue(file), parsed.GetValue(preset)!, parsed.GetValue(insecure), parsed.GetValue(authority),
                parsed.GetValue(plain), TimeSpan.FromSeconds(parsed.GetValue(timeout))),
            cancellationToken).ConfigureAwait(false));
        return command;
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        result.AddError($"--url needs an address like http://127.0.0.1:8080; {text} is none.");
        return null;
    }
}
