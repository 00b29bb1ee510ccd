using Gateway.LoadTest;

return await LoadRunner.BuiltInScenarios().RunAsync(args);
