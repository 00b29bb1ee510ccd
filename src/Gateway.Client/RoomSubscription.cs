using System.Runtime.CompilerServices;
using Gateway.Client.Sessions;

namespace Gateway.Client;

/// <summary>A joined room. It stays joined over reconnects until it is left, or the gateway removes the client from it.</summary>
/// <remarks>Every member may be used from any thread. Disposing leaves the room.</remarks>
public sealed class RoomSubscription : IAsyncDisposable
{
    private readonly GatewayClient _client;
    private readonly Session _session;
    private readonly Room _room;
    private readonly Lock _gate = new();
    private RoomPosition? _delivered;

    internal RoomSubscription(GatewayClient client, Session session, Room room)
    {
        _client = client;
        _session = session;
        _room = room;
    }

    /// <summary>
    /// Raised as soon as the client knows that messages are missing and will not come. The same loss stands in <see cref="RoomMessage.GapBefore"/> of
    /// the next message. Raised on the receiving loop.
    /// </summary>
    public event EventHandler<RoomGap>? Gap;

    /// <summary>Raised when someone came, went or changed state, if the room was joined with <see cref="JoinOptions.Presence"/>. Raised on the receiving loop.</summary>
    public event EventHandler<PresenceChange>? PresenceChanged;

    /// <summary>The room's name.</summary>
    public string Room => _room.Name;

    /// <summary>
    /// Up to where the application has been handed the room's messages. Kept somewhere and given to <see cref="JoinOptions.From"/> later, the room goes
    /// on from here.
    /// </summary>
    public RoomPosition Position
    {
        get
        {
            lock (_gate)
                return _delivered ?? Start;
        }
    }

    /// <summary>Who is in the room, as far as the gateway has told; empty unless joined with <see cref="JoinOptions.Presence"/>.</summary>
    public RoomRoster Roster => _session.RosterOf(_room);

    /// <summary>Where the room was joined.</summary>
    private RoomPosition Start => _session.StartOf(_room);

    /// <summary>The room's messages, in order and without duplicates, until the room is left or the client closed.</summary>
    /// <remarks>
    /// <para>Messages wait in a buffer (<see cref="GatewayClientOptions.MaxBufferedMessages"/>, <see cref="GatewayClientOptions.MaxBufferedBytes"/>). When it is full
    /// the client stops reading from the gateway, which holds back in turn and serves this client from the room's history once it reads again. Since that holds
    /// up everything else on the connection, it lasts only while nothing else is waited for: when a call is under way, the room falls behind alone after a moment, and
    /// is read from its history once the application has caught up. What the history no longer has is reported as a gap, never left out silently.</para>
    /// <para>Meant for one reader; of several, each gets a part of the messages. Leaving the loop does not leave the room.</para>
    /// </remarks>
    /// <exception cref="GatewayException">The gateway removed the client from the room, or refused it for good; thrown after the last message.</exception>
    public async IAsyncEnumerable<RoomMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _room.Buffer.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_room.Buffer.TryTake(out var message))
            {
                Deliver(message);
                yield return message;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Leaves the room and waits for the gateway's answer. Messages that arrived before may still be read.</summary>
    /// <param name="cancellationToken">Ends the wait; the room is left either way.</param>
    public async Task LeaveAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _client.LeaveAsync(_room, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is GatewayException or TimeoutException)
        {
            // Without a connection, or without an answer, the gateway forgets the member by itself; here the room is left already.
        }
    }

    /// <summary>Leaves the room.</summary>
    public async ValueTask DisposeAsync() => await LeaveAsync().ConfigureAwait(false);

    internal void RaiseGap(RoomGap gap) => Gap?.Invoke(this, gap);

    internal void RaisePresence(PresenceChange change) => PresenceChanged?.Invoke(this, change);

    private void Deliver(RoomMessage message)
    {
        lock (_gate)
        {
            if (!message.IsTransient)
                _delivered = message.Position;
            else if (message.GapBefore is { } gap)
                _delivered = gap.To;
        }
    }
}
