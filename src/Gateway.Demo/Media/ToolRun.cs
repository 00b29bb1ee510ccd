using System.Diagnostics;

namespace Gateway.Demo.Media;

/// <summary>Runs ffmpeg or ffprobe to its end; a cancelled one is killed.</summary>
internal static class ToolRun
{
    public static async Task<string> RunAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false },
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DemoException(ExitCode.ClipFailed, $"{tool} is not installed (on Debian: apt-get install ffmpeg).", exception);
        }

        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var text = await output.ConfigureAwait(false);
            var complaint = (await errors.ConfigureAwait(false)).Trim();
            return process.ExitCode == 0
                ? text
                : throw new DemoException(ExitCode.ClipFailed, $"{tool} ended with {process.ExitCode}: {LastLine(complaint)}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string LastLine(string text) => text.Split('\n')[^1].Trim();
}
