using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>One publish and its outcome.</summary>
internal sealed class SimPublish(SimLife life, int publisher, int number, string room, string text, string? key)
{
    public SimLife Life { get; } = life;

    public int Publisher { get; } = publisher;

    public int Number { get; } = number;

    public string Room { get; } = room;

    public string Text { get; } = text;

    public string? Key { get; } = key;

    /// <summary>Sent again with its key: it says nothing about the order any more.</summary>
    public bool IsRetry { get; init; }

    public bool IsTransient { get; init; }

    public long At { get; init; }

    public PublishResult? Result { get; set; }

    public bool IsAccepted => Result is { Status: PublishStatus.Accepted or PublishStatus.Duplicate };
}
