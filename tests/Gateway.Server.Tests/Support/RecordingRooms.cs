using System.Collections.Concurrent;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Support;

/// <summary>Rooms that remember what was published, and can be told to answer otherwise.</summary>
internal sealed class RecordingRooms : IRoomPublisher
{
    private readonly ConcurrentQueue<RecordedMessage> _messages = new();
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asked before a message is taken; the default takes all.</summary>
    public Func<RecordedMessage, ValueTask<PublishStatus>> Answer { get; set; } = static _ => new(PublishStatus.Accepted);

    /// <summary>What was taken.</summary>
    public IReadOnlyList<RecordedMessage> Messages => [.. _messages];

    public async ValueTask<PublishResult> PublishAsync(
        string room, string eventName, ReadOnlyMemory<byte> payload, PublishOptions options = default, CancellationToken cancellationToken = default)
    {
        var message = new RecordedMessage(room, eventName, Payloads.ReadMap(payload.Span), options);
        var status = await Answer(message);
        if (status is PublishStatus.Accepted)
            _messages.Enqueue(message);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return new(status, 1, _messages.Count);
    }

    public IEnumerable<RecordedMessage> Of(string room, string eventName) =>
        Messages.Where(message => message.Room == room && message.EventName == eventName);

    public async Task<RecordedMessage> WaitForAsync(Func<RecordedMessage, bool> isIt)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var changed = _changed.Task;
            if (Messages.FirstOrDefault(isIt) is { } found)
                return found;

            await changed.WaitAsync(deadline.Token);
        }
    }
}
