using Gateway.Server.Connections.Limiting;
using Gateway.Server.Operations.Draining;

namespace Gateway.Server.Connections;

/// <summary>
/// Sends clients away in waves when the node drains: each is told with an appointment, and closed after a grace in which what it had under way is acknowledged. Nobody new is let in.
/// </summary>
internal sealed class ConnectionDrain(ConnectionNode node, ILogger<ConnectionDrain> log) : IDrainStep
{
    private const int WavesPerSecond = 10;

    public string Name => "connections";

    public int Order => 100;

    public async Task DrainAsync(CancellationToken deadline)
    {
        node.Admission.StartDraining();
        var connections = await ListAsync(deadline).ConfigureAwait(false);
        Log.Draining(log, connections.Count, node.Limits.DrainPerSecond);
        var waveSize = Math.Max(1, node.Limits.DrainPerSecond / WavesPerSecond);
        using var waves = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / WavesPerSecond), node.Time);
        var told = new Queue<(long ClosesAt, Connection[] Wave)>();
        var started = node.Time.GetTimestamp();
        for (var next = 0; next < connections.Count || told.Count > 0 || node.Admission.Count > 0;)
        {
            var now = (long)node.Time.GetElapsedTime(started).TotalMilliseconds;
            if (next == connections.Count && told.Count == 0)
            {
                // An upgrade that was under way when the drain began has opened since.
                connections = await ListAsync(deadline).ConfigureAwait(false);
                next = 0;
            }

            if (next < connections.Count)
            {
                var wave = connections.GetRange(next, Math.Min(waveSize, connections.Count - next)).ToArray();
                next += wave.Length;
                TellAll(wave);
                foreach (var _ in wave)
                    node.Admission.Use.HitShared(LimitName.DrainPerSecond);
                told.Enqueue((now + (long)node.Limits.DrainGrace.TotalMilliseconds, wave));
            }

            while (told.TryPeek(out var due) && due.ClosesAt <= now)
            {
                foreach (var connection in told.Dequeue().Wave)
                {
                    node.Admission.Use.HitShared(LimitName.DrainGrace);
                    connection.Lane.Post(connection, Connection.CloseGoingAwayCode);
                }
            }

            try
            {
                await waves.WaitForNextTickAsync(deadline).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Log.Drained(log, node.Admission.Count);
                throw;
            }
        }
    }

    private async Task<List<Connection>> ListAsync(CancellationToken deadline)
    {
        var connections = new List<Connection>();
        foreach (var lane in node.Lanes.ToArray())
            connections.AddRange(await ConnectionListing.OfAsync(lane).WaitAsync(deadline).ConfigureAwait(false));
        return connections;
    }

    // Spread over as long as the waves take, so that those who come back do not come all at once.
    private static void TellAll(Connection[] wave)
    {
        foreach (var connection in wave)
        {
            var notice = new GoAwayNotice("the node is going away", Random.Shared.Next(500, 2500), Url: null);
            connection.Lane.Post(connection, Connection.GoAwayCode, notice);
        }
    }
}
