using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>Publishes without waiting for answers, always on one lane of one node.</summary>
internal sealed class SimPublisher(SimWorld world, SimLife life, int lane, int id) : IPublisher
{
    private readonly List<SimPublish> _publishes = [];

    public SimLife Life { get; } = life;

    public IReadOnlyList<SimPublish> Publishes => _publishes;

    /// <summary>Called when something has been answered, on the lane that answers.</summary>
    public Action<SimPublish>? Answered { get; set; }

    public void Publish(string room, string? key = null, string? conflationKey = null, int padding = 0, SimPublish? again = null)
    {
        if (LaneThread.Current == Life.Lanes[lane])
            PublishHere(room, key, conflationKey, padding, again);
        else
            Life.Post(lane, () => PublishHere(room, key, conflationKey, padding, again));
    }

    public void OnPublished(long replyTag, PublishResult result)
    {
        var publish = _publishes[(int)replyTag];
        if (publish.Result is not null)
            world.Violations.Add($"{publish.Text} was answered twice: {publish.Result}, {result}");
        publish.Result = result;
        Answered?.Invoke(publish);
    }

    private void PublishHere(string room, string? key, string? conflationKey, int padding, SimPublish? again)
    {
        var number = _publishes.Count;
        var text = again?.Text ?? $"{Life.Id}.{id}.{number}{new string('.', padding)}";
        var publish = new SimPublish(Life, id, number, room, text, key ?? again?.Key) { IsRetry = again is not null, IsTransient = conflationKey is not null, At = world.Events.Now };
        _publishes.Add(publish);
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteString(text);
        writer.Flush();
        var message = RoomMessage.Create("e", output.WrittenSpan, null, conflationKey, world.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var digest = publish.Key is { } own ? Publication.Digest("p"u8, System.Text.Encoding.UTF8.GetBytes(own)) : default;
        Life.Rooms.Publish(Publication.Create(message, digest, this, number, room));
    }
}
