using Gateway.Server.Accounts;
using Gateway.Server.Backends;
using Gateway.Server.Cluster;
using Gateway.Server.Connections;
using Gateway.Server.Http;
using Gateway.Server.Jobs;
using Gateway.Server.Operations;
using Gateway.Server.Relay;
using Gateway.Server.Storage.Redis;

namespace Gateway.Server;

/// <summary>The only place where the parts of the server are joined.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => NodeProcess.RunAsync(args, AddParts, MapParts);

    internal static void AddParts(WebApplicationBuilder builder)
    {
        builder.AddOperations();
        builder.AddRedis();
        builder.AddAccounts();
        builder.AddConnections();
        builder.AddJobs();
        builder.AddBackends();
        builder.AddRelay();
        builder.AddCluster();
    }

    internal static void MapParts(WebApplication app)
    {
        app.UseProblems();
        app.MapConnections();
        app.MapPage();
        app.MapOperations();
        app.MapAccounts();
        app.MapJobs();
        app.MapBackends();
        app.MapCluster();
    }
}
