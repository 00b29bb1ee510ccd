using Gateway.Client;
using Gateway.Client.Http;
using Gateway.Demo.Screens;

namespace Gateway.Demo;

/// <summary>From options to exit code: whatever goes wrong ends in one sentence on the error output.</summary>
internal static class DemoProgram
{
    public static async Task<ExitCode> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var figures = await Screen.RunAsync(
                Screen.IsLive(options), screen => new DemoRun(options, screen).RunAsync(either.Token)).ConfigureAwait(false);
            Screen.Show(figures);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(ExitCode.Cancelled, "Cancelled; the job was cancelled too, and nothing was left behind.").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return await FailAsync(ExitCode.TimedOut, $"It took more than {options.Timeout.TotalSeconds:0} seconds (--timeout).").ConfigureAwait(false);
        }
        catch (DemoException exception)
        {
            return await FailAsync(exception.ExitCode, exception.Message).ConfigureAwait(false);
        }
        catch (GatewayHttpException exception)
        {
            return await FailAsync(exception.StatusCode == 0 ? ExitCode.Unreachable : ExitCode.Unexpected, exception.Message).ConfigureAwait(false);
        }
        catch (GatewayException exception)
        {
            return await FailAsync(ExitCode.NotFollowed, exception.Message).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The end of the program: a sentence instead of a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return await FailAsync(ExitCode.Unexpected, $"Unexpected: {exception.GetType().Name}: {exception.Message}").ConfigureAwait(false);
        }
    }

    private static async Task<ExitCode> FailAsync(ExitCode code, string sentence)
    {
        await Console.Error.WriteLineAsync($"gateway-demo: {sentence.ReplaceLineEndings(" ")}").ConfigureAwait(false);
        return code;
    }
}
