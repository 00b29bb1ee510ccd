using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Operations.Draining;

namespace Gateway.Server.Connections;

/// <summary>
/// Sends clients away in waves when the node drains: each is told with an appointment (when, where, and a ticket for there), and closed after a grace in which what it had under way is
/// acknowledged. Nobody new is let in.
/// </summary>
/// <param name="node">Whose connections these are.</param>
/// <param name="tickets">Made where other nodes know them.</param>
/// <param name="log">Where it tells of itself.</param>
/// <param name="others">Where to; null on a node that is alone.</param>
internal sealed class ConnectionDrain(ConnectionNode node, ConnectTickets tickets, ILogger<ConnectionDrain> log, IOtherNodes? others = null) : IDrainStep
{
    private const int WavesPerSecond = 10;

    private readonly AppointmentTickets _tickets = new(tickets, node.Time, log);
    private readonly AppointmentTimes _times = new(node.Time);

    // Clients go to the other nodes in turn, over all waves.
    private int _turn;

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
                await TellAllAsync(wave, deadline).ConfigureAwait(false);
                foreach (var _ in wave)
                    node.Admission.Use.HitShared(LimitName.DrainPerSecond);
                told.Enqueue(((long)node.Time.GetElapsedTime(started).TotalMilliseconds + (long)node.Limits.DrainGrace.TotalMilliseconds, wave));
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

    private async ValueTask TellAllAsync(Connection[] wave, CancellationToken deadline)
    {
        var perSecond = node.Limits.DrainPerSecond;
        var identities = Array.ConvertAll(wave, static connection => (connection.Handler as Session)?.Identity);
        var made = await _tickets.MakeAsync(identities, _times.Until(wave.Length, perSecond), deadline).ConfigureAwait(false);
        var urls = others?.PublicUrls ?? [];
        for (var i = 0; i < wave.Length; i++)
        {
            var url = urls.Count == 0 ? null : urls[_turn++ % urls.Count];
            var notice = new GoAwayNotice("the node is going away", (long)_times.Take(perSecond).TotalMilliseconds, url, made[i]);
            wave[i].Lane.Post(wave[i], Connection.GoAwayCode, notice);
        }
    }
}
