namespace Gateway.Nats.Tests.Support;

/// <summary>Connections as most tests want them.</summary>
internal static class TestConnections
{
    public static NatsOptions Options(params string[] servers) => new() { Servers = servers, RandomizeServers = false, ConnectTimeout = Deadline.Patience };

    public static Task<NatsConnection> ConnectAsync(string url) => ConnectAsync(Options(url));

    public static async Task<NatsConnection> ConnectAsync(NatsOptions options)
    {
        var connection = new NatsConnection(options);
        try
        {
            await connection.ConnectAsync(Deadline.Token);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A subject that no other test uses.</summary>
    public static string NewSubject() => "t" + Guid.NewGuid().ToString("N");
}
