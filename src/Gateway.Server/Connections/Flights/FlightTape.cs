namespace Gateway.Server.Connections.Flights;

/// <summary>The last frame headers of one connection, in a ring: eight bytes a frame. Belongs to the connection's lane.</summary>
internal sealed class FlightTape
{
    public const int Capacity = 64;

    private readonly ulong[] _frames = new ulong[Capacity];
    private long _openedAt;
    private int _next;

    /// <summary>What waited when the connection's end was decided on; null: that has not been yet.</summary>
    public QueueDepths? Depths { get; set; }

    public long AgeOf(long now) => now - _openedAt;

    public void Begin(long now)
    {
        _openedAt = now;
        _next = 0;
        Depths = null;
    }

    public void Add(bool isOut, int op, int size, long now)
    {
        _frames[_next % Capacity] = new FrameTrace(isOut, op, size, AgeOf(now)).Pack();
        _next = _next == 2 * Capacity - 1 ? Capacity : _next + 1;
    }

    /// <summary>The frames, oldest first.</summary>
    public FrameTrace[] ToArray()
    {
        var count = Math.Min(_next, Capacity);
        var frames = new FrameTrace[count];
        for (var i = 0; i < count; i++)
            frames[i] = FrameTrace.Unpack(_frames[(_next - count + i) % Capacity]);
        return frames;
    }
}
