using BenchmarkDotNet.Running;
using Gateway.Benchmarks.Nats;
using Gateway.Benchmarks.Redis;

// What needs servers of its own and minutes of load is no BenchmarkDotNet class: it is asked for by name.
if (args is ["nats", ..])
    return await NatsThroughput.RunAsync(args[1..]);
if (args is ["redis", ..])
    return await RedisThroughput.RunAsync(args[1..]);

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
return 0;
