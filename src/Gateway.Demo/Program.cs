using System.CommandLine;
using Gateway.Demo;

var parsed = DemoCommand.Create(DemoProgram.RunAsync).Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
    return (int)ExitCode.BadArguments;
}

// On Ctrl-C or SIGTERM the job is cancelled and temporary files are removed within this time.
return await parsed.InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromSeconds(15),
    EnableDefaultExceptionHandler = false,
}).ConfigureAwait(false);
