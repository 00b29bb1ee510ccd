using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Cluster;

/// <summary>A member of several rooms that were empty when it joined; refuses any hole, repetition or change of order, and goes back where a new epoch says so.</summary>
internal sealed class RoomFollower(TestClient client) : IAsyncDisposable
{
    private readonly Dictionary<string, List<string>> _seen = [];
    private readonly Dictionary<int, string> _names = [];

    /// <summary>How often a room went on under a new epoch.</summary>
    public int EpochChanges { get; private set; }

    /// <summary>What a room has, in its order.</summary>
    public IReadOnlyList<string> this[string room] => _seen[room];

    public async Task JoinAsync(string room, CancellationToken cancellationToken)
    {
        var joined = await client.JoinAsync(room, cancellationToken);
        Assert.Equal(0, joined[6].GetInt32());
        _seen[room] = [];
        _names[joined[3].GetInt32()] = room;
    }

    /// <summary>Reads on until each room has this as its last message.</summary>
    public async Task ReadToAsync(string last, CancellationToken cancellationToken)
    {
        while (!_seen.Values.All(seen => seen.Count > 0 && seen[^1] == last))
        {
            if (await client.TryReceiveAsync(cancellationToken) is not { } frame)
                throw new InvalidOperationException($"The member was closed with {client.CloseCode}.");
            Follow(frame);
        }
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private void Follow(JsonElement frame)
    {
        switch (frame[0].GetInt32())
        {
            case 11:
                var seen = _seen[_names[frame[1].GetInt32()]];
                Assert.Equal(seen.Count + 1, frame[2].GetInt32());
                seen.Add(frame[4].GetString()!);
                break;
            case 6:
                var (room, kept) = (frame[2].GetString()!, frame[5].GetInt32());
                Assert.InRange(kept, 0, _seen[room].Count);
                Assert.False(frame[7].GetBoolean());
                _seen[room].RemoveRange(kept, _seen[room].Count - kept);
                EpochChanges++;
                break;
            default:
                throw new InvalidOperationException($"{frame} came to a member.");
        }
    }
}
