namespace Gateway.Server.Connections.Flights;

/// <summary>The connections of a node that ended badly, the newest of them. Any thread; once for each such connection.</summary>
internal sealed class FlightRecorder(int maxCount)
{
    private readonly Lock _lock = new();
    private readonly Queue<Flight> _flights = new();

    /// <summary>The flights kept, newest first.</summary>
    public IReadOnlyList<Flight> Newest
    {
        get
        {
            lock (_lock)
            {
                return [.. _flights.Reverse()];
            }
        }
    }

    public void Add(Flight flight)
    {
        lock (_lock)
        {
            if (_flights.Count == maxCount)
                _flights.Dequeue();
            _flights.Enqueue(flight);
        }
    }
}
