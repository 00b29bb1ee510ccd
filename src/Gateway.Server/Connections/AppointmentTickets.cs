using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Tickets;

namespace Gateway.Server.Connections;

/// <summary>
/// Makes the tickets of a wave of clients that are sent away, all at once. Where they cannot be made the clients go without: a store that does not answer must not hold a drain up, so it
/// is left alone for a while. One call at a time; touches no lane.
/// </summary>
internal sealed class AppointmentTickets(ConnectTickets tickets, TimeProvider time, ILogger log)
{
    // What the store is asked at once: ten times an ordinary wave, about 200 KB.
    private const int MaxUnderWay = 500;

    // Answers take milliseconds. A wave that waits longer than this comes too late for the next five.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long _failedAt;
    private bool _hasFailed;

    /// <param name="identities">By client; null for one who has none, and gets no ticket.</param>
    /// <param name="until">The latest time at which one of them is to come.</param>
    /// <param name="cancellationToken">The drain's deadline.</param>
    /// <returns>By client; null for one without.</returns>
    public async ValueTask<string?[]> MakeAsync(Identity?[] identities, TimeSpan until, CancellationToken cancellationToken)
    {
        var made = new string?[identities.Length];
        if (!tickets.AreShared || (_hasFailed && time.GetElapsedTime(_failedAt) < Pause))
            return made;
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            for (var from = 0; from < made.Length; from += MaxUnderWay)
                await Task.WhenAll(Enumerable.Range(from, Math.Min(MaxUnderWay, made.Length - from)).Select(MakeOneAsync)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Those that were made in time are good.
        }

        _hasFailed = identities.Index().Any(each => each.Item is not null && made[each.Index] is null);
        if (_hasFailed)
        {
            _failedAt = time.GetTimestamp();
            Log.NoTickets(log, Pause.TotalSeconds);
        }

        return made;

        async Task MakeOneAsync(int i)
        {
            if (identities[i] is { } identity)
                made[i] = await tickets.IssueForAppointmentAsync(identity, until + Patience, either.Token).ConfigureAwait(false);
        }
    }
}
