using Gateway.Faults.Tests.Running;

return args is ["--faults", ..]
    ? await LongForm.RunAsync(args[1..])
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
