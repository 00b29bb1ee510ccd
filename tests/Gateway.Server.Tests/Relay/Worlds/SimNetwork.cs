using System.Text;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>Carries what wires send, in the order of each sender and subject until it moves, as slowly and unreliably as the schedule says.</summary>
internal sealed class SimNetwork(SimEvents events, Random random)
{
    private readonly List<SimWire> _wires = [];
    private readonly Dictionary<(SimWire From, SimWire To, string Subject), long> _lastAt = [];

    /// <summary>Of a hundred messages so many are lost, and nobody is told.</summary>
    public int DropPercent { get; set; }

    /// <summary>In milliseconds.</summary>
    public int MaxDelay { get; set; } = 5;

    public SimWire Add()
    {
        var wire = new SimWire(this);
        _wires.Add(wire);
        return wire;
    }

    /// <summary>The sender goes on at another server of the NATS cluster: what it sends from now on takes another way, and may overtake what is under way.</summary>
    public void Move(SimWire from)
    {
        foreach (var key in _lastAt.Keys.Where(key => key.From == from).ToArray())
            _lastAt.Remove(key);
    }

    public void Send(SimWire from, ReadOnlySpan<byte> subjectUtf8, ReadOnlySpan<byte> message)
    {
        var subject = Encoding.UTF8.GetString(subjectUtf8);
        var bytes = message.ToArray();
        foreach (var to in _wires)
        {
            if (!to.Hears(subject) || from.IsCut || to.IsCut || random.Next(100) < DropPercent)
                continue;
            var key = (from, to, subject);
            var at = Math.Max(_lastAt.GetValueOrDefault(key), events.Now + random.Next(MaxDelay + 1));
            _lastAt[key] = at;
            events.At(at, () => to.Take(subject, bytes));
        }
    }
}
