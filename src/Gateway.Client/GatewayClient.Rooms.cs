using System.Text;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client;

/// <summary>Rooms and presence.</summary>
public sealed partial class GatewayClient
{
    /// <summary>Joins a room and waits until the gateway has let the client in. From then on the room is kept joined over reconnects.</summary>
    /// <param name="room">The room's name, <c>kind:id</c>.</param>
    /// <param name="options">How to join; null is a plain member from now on.</param>
    /// <param name="cancellationToken">Ends the wait and leaves the room.</param>
    /// <exception cref="GatewayException">Refused, or not answered within <see cref="GatewayClientOptions.CallTimeout"/>.</exception>
    /// <exception cref="InvalidOperationException">The room is joined already.</exception>
    public async Task<RoomSubscription> JoinAsync(string room, JoinOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new JoinOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Tail);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Tail, FrameLimits.MaxHistoryCount);
        var joining = _session.AddRoom(room, options, added => new RoomSubscription(this, _session, added));
        var isJoined = false;
        try
        {
            await joining.Joined.Task.WaitAsync(_options.CallTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            isJoined = true;
            return joining.Subscription!;
        }
        catch (TimeoutException exception)
        {
            throw new GatewayException(GatewayFailure.TimedOut, $"The gateway did not answer the join of {room} in time.", innerException: exception);
        }
        finally
        {
            if (!isJoined)
                _ = _session.RemoveRoom(joining);
        }
    }

    /// <summary>Asks who is in a room.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="users">In a room above 200: whom to tell about in any case, up to 256.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayException">Refused, timed out, or closed.</exception>
    public Task<RoomRoster> GetPresenceAsync(string room, IReadOnlyCollection<string>? users = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        return _session.CallAsync<RoomRoster>(
            (ref writer, id) => FrameWriting.Presence(ref writer, id, room, users), Op.Roster, Answers.TryReadRoster,
            isRepeatable: true, _options.CallTimeout, cancellationToken);
    }

    /// <summary>Tells the room what this user is doing. It is told again after each reconnect, until it is set to something else.</summary>
    /// <param name="room">A joined room.</param>
    /// <param name="state">1 to 32 bytes of <c>a-z</c> and <c>-</c>: <c>active</c>, <c>viewing</c>, <c>typing</c> as a rule.</param>
    /// <param name="data">One MessagePack value of up to 1 KiB; empty for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayException">Refused, timed out, or closed.</exception>
    public async Task SetStateAsync(string room, string state, ReadOnlyMemory<byte> data = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentException.ThrowIfNullOrEmpty(state);
        if (!data.IsEmpty)
            Payload.ThrowIfNotOneValue(data.Span);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, FrameLimits.MaxStateDataBytes);
        var copy = data.ToArray();
        await _session.CallAsync<long>(
            (ref writer, id) => FrameWriting.State(ref writer, id, room, state, copy), Op.Ok, Answers.TryReadNumber,
            isRepeatable: true, _options.CallTimeout, cancellationToken).ConfigureAwait(false);
        _session.RememberState(room, state, copy);
    }

    /// <summary>Reads a part of a room's history.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="after">The offset after which to begin; 0 begins with the oldest.</param>
    /// <param name="limit">How many messages at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayException">Refused, timed out, or closed.</exception>
    public Task<HistoryPage> GetHistoryAsync(string room, long after = 0, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, FrameLimits.MaxHistoryCount);
        return _session.CallAsync<HistoryPage>(
            (ref writer, id) => FrameWriting.History(ref writer, id, room, after, limit), Op.Page, new HistoryAnswer(room, _options.Serializer).TryRead,
            isRepeatable: true, _options.CallTimeout, cancellationToken);
    }

    internal Task LeaveAsync(Sessions.Room room, CancellationToken cancellationToken) =>
        _session.RemoveRoom(room).WaitAsync(_options.CallTimeout, _options.TimeProvider, cancellationToken);

    private static void CheckLength(string? value, int maxBytes, string name)
    {
        if (value is not null && Encoding.UTF8.GetByteCount(value) > maxBytes)
            throw new ArgumentException($"{name} has more than {maxBytes} bytes.", name);
    }
}
