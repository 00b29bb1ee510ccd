using System.Globalization;
using System.Text;
using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Processes;

public sealed class ToolHostTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly ToolHost _tools;
    private readonly TaskCompletionSource<string> _firstOutput = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ToolHostTests() => _tools = new ToolHost(
        new TranscodingOptions { StderrBytes = 1024, KillGrace = TimeSpan.FromSeconds(3) }, _time, NullLogger.Instance);

    public void Dispose()
    {
        _tools.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task RunAsync_arguments_arrive_as_they_are()
    {
        string[] arguments = ["-n", "--help", "two words", "quote\"'", "new\nline", "$(reboot)", ";", "*", "", "ünï"];
        var output = new StringBuilder();
        var exit = await _tools.RunAsync(
            Run(Script("""for argument in "$@"; do printf '[%s]' "$argument"; done""")) with
            {
                Arguments = arguments,
                OnOutput = piece =>
                {
                    output.Append(Encoding.UTF8.GetString(piece.Span));
                    return new(OutputVerdict.Unchanged);
                },
            },
            default);
        Assert.Equal(new ToolExit(ToolEnd.Exited, 0, ""), exit);
        Assert.Equal(string.Concat(arguments.Select(static argument => $"[{argument}]")), output.ToString());
    }

    [Fact]
    public async Task RunAsync_exit_code_and_error_output_are_told()
    {
        var exit = await _tools.RunAsync(Run(Script("echo 'it broke' >&2; exit 7")), default);
        Assert.Equal(new ToolExit(ToolEnd.Exited, 7, "it broke"), exit);
    }

    [Fact]
    public async Task RunAsync_flood_of_errors_is_bounded()
    {
        var exit = await _tools.RunAsync(Run(Script("i=0; while [ $i -lt 20000 ]; do echo \"error line $i\" >&2; i=$((i+1)); done")), default);
        Assert.InRange(exit.Stderr.Length, 900, 1024);
        Assert.EndsWith("error line 19999", exit.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/ffmpeg")]
    [InlineData("no-such-ffmpeg-anywhere")]
    [InlineData("/etc/passwd")]
    public async Task RunAsync_program_that_is_none_is_not_started(string program) =>
        Assert.Equal(ToolEnd.NotStarted, (await _tools.RunAsync(Run(program), default)).End);

    [Fact]
    public async Task RunAsync_standard_input_is_closed() =>
        Assert.Equal(0, (await _tools.RunAsync(Run(Script("cat; exit 0")), default)).ExitCode);

    [Fact]
    public async Task RunAsync_without_progress_is_stalled_and_ended()
    {
        var run = _tools.RunAsync(Run(Script("echo $$; exec sleep 1000")) with { StallTimeout = TimeSpan.FromSeconds(30) }, default);
        var pid = await FirstPidAsync();
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(ToolEnd.Stalled, (await run).End);
        Assert.False(LiveProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task RunAsync_signs_of_life_alone_do_not_hold_the_watchdog_off()
    {
        var pieces = new SemaphoreSlim(0);
        var advances = true;
        var run = _tools.RunAsync(
            Run(Script("while :; do echo x; sleep 0.01; done")) with
            {
                TimeLimit = TimeSpan.FromHours(1),
                StallTimeout = TimeSpan.FromSeconds(30),
                OnOutput = _ =>
                {
                    pieces.Release();
                    return new(Volatile.Read(ref advances) ? OutputVerdict.Advanced : OutputVerdict.Unchanged);
                },
            },
            default);
        for (var round = 0; round < 3; round++)
        {
            // Two pieces after the clock moved: the first may have been on its way before.
            _time.Advance(TimeSpan.FromSeconds(29));
            while (pieces.Wait(0))
            {
            }

            Assert.True(await pieces.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.True(await pieces.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.False(run.IsCompleted);
        }

        Volatile.Write(ref advances, false);
        Assert.True(await pieces.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(await pieces.WaitAsync(TimeSpan.FromSeconds(60)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ToolEnd.Stalled, (await run).End);
    }

    [Fact]
    public async Task RunAsync_beyond_its_time_limit_is_ended()
    {
        var run = _tools.RunAsync(Run(Script("echo $$; exec sleep 1000")), default);
        var pid = await FirstPidAsync();
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ToolEnd.TimedOut, (await run).End);
        Assert.False(LiveProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task RunAsync_stopped_and_leaving_with_zero_is_no_success()
    {
        var run = _tools.RunAsync(Run(Script("trap 'exit 0' TERM; echo $$; while :; do sleep 0.01; done")), default);
        await FirstPidAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        var exit = await run;
        Assert.Equal((ToolEnd.TimedOut, false), (exit.End, exit.Succeeded));
    }

    [Fact]
    public async Task RunAsync_cancelled_throws_after_the_process_has_gone()
    {
        using var cancel = new CancellationTokenSource();
        var run = _tools.RunAsync(Run(Script("echo $$; exec sleep 1000")), cancel.Token);
        var pid = await FirstPidAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(LiveProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task RunAsync_process_that_ignores_the_signal_is_killed_with_its_children_after_the_grace()
    {
        using var cancel = new CancellationTokenSource();
        var run = _tools.RunAsync(Run(Script("trap '' TERM; sleep 1000 & echo $$ $!; while :; do wait; done")), cancel.Token);
        var pids = (await _firstOutput.Task.WaitAsync(TimeSpan.FromSeconds(60))).Split(' ').Select(static pid => int.Parse(pid, CultureInfo.InvariantCulture)).ToArray();
        await cancel.CancelAsync();
        Assert.All(pids, static pid => Assert.True(LiveProcesses.IsAlive(pid)));
        Assert.False(run.IsCompleted);

        // The grace starts on another thread: let the clock run until it is over.
        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        foreach (var pid in pids)
            await LiveProcesses.WaitForEndAsync(pid);
    }

    [Fact]
    public async Task RunAsync_grandchild_that_holds_the_pipes_does_not_hold_the_run()
    {
        var exit = await _tools.RunAsync(Run(Script("sleep 1000 & echo $!")), default).WaitAsync(TimeSpan.FromSeconds(60));
        var grandchild = await FirstPidAsync();
        try
        {
            Assert.Equal(ToolEnd.Exited, exit.End);
            Assert.True(LiveProcesses.IsAlive(grandchild));
        }
        finally
        {
            LibC.Signal(grandchild, LibC.SigKill);
        }
    }

    [Fact]
    public async Task RunAsync_output_beyond_what_its_reader_takes_ends_it()
    {
        var exit = await _tools.RunAsync(Run(Script("exec yes")) with { OnOutput = static _ => new(OutputVerdict.TooMuch) }, default);
        Assert.Equal(ToolEnd.TooMuchOutput, exit.End);
    }

    [Fact]
    public async Task RunAsync_reader_that_throws_ends_the_process_and_is_heard()
    {
        var pid = 0;
        var run = _tools.RunAsync(
            Run(Script("exec yes")) with
            {
                OnStarted = (identity, _) => pid = identity.Pid,
                OnOutput = static _ => throw new InvalidOperationException("bug"),
            },
            default);
        Assert.Equal("bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
        Assert.False(LiveProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task RunAsync_killed_from_outside_is_told_by_its_exit_code()
    {
        var exit = await _tools.RunAsync(Run(Script("kill -KILL $$")), default);
        Assert.Equal((ToolEnd.Exited, 137), (exit.End, exit.ExitCode));
        Assert.Equal("ffmpeg-killed", ToolFailure.OfFfmpeg(exit).Code);
        Assert.True(ToolFailure.OfFfmpeg(exit).Retryable);
    }

    [Theory]
    [InlineData(1, "av_interleaved_write_frame(): No space left on device", "disk-full", true)]
    [InlineData(255, "Exiting normally, received signal 15.", "ffmpeg-killed", true)]
    [InlineData(139, "", "ffmpeg-failed", false)]
    [InlineData(1, "Conversion failed!", "ffmpeg-failed", false)]
    public void OfFfmpeg_table(int exitCode, string stderr, string code, bool retryable)
    {
        var error = ToolFailure.OfFfmpeg(new ToolExit(ToolEnd.Exited, exitCode, stderr));
        Assert.Equal((code, retryable, stderr), (error.Code, error.Retryable, error.Detail));
    }

    private ToolRun Run(string program) => new()
    {
        Program = program,
        Arguments = [],
        TimeLimit = TimeSpan.FromMinutes(1),
        OnOutput = piece =>
        {
            _firstOutput.TrySetResult(Encoding.UTF8.GetString(piece.Span).Trim());
            return new(OutputVerdict.Unchanged);
        },
    };

    private string Script(string body) => Scripts.Write(_directory["tool"], body);

    private async Task<int> FirstPidAsync() =>
        int.Parse(await _firstOutput.Task.WaitAsync(TimeSpan.FromSeconds(60)), CultureInfo.InvariantCulture);
}
