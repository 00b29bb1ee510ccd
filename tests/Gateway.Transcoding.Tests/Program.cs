using Gateway.Transcoding.Tests.Support;

return args is ["--doomed-host", ..]
    ? await DoomedHost.RunAsync(args[1..])
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
