using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// What the connections of a lane for which one buffer waits have to send in a turn: gathered while rooms hand out what they got, sent one after the other at the turn's end. Belongs to its lane.
/// </summary>
/// <remarks>
/// <para>Why: after a system call little of our own is left in the caches. Gathering touches the objects of many connections without one in between, so that their cache misses overlap, and
/// sending touches none of them. Where the kernel takes many sends in one call, it gets them so. Of connections over TLS as many are sealed one after the other, for the same reason.</para>
/// <para>Invariant: a connection has at most one entry, which its outlet names, and nothing else of it goes out while it has: it takes the entry back first.</para>
/// <para>What loops is optimized from the first call, for the reason that <see cref="LocalRoom"/> gives where it hands out.</para>
/// <para>Hot path; no allocation; benchmarked by RoomPublishBenchmarks.</para>
/// </remarks>
internal sealed class SendBatch : ILaneFlush, IDisposable
{
    // Sent before the turn ends beyond this: 32 KiB of entries, far more connections than a core serves in a millisecond.
    private const int MaxEntries = 1024;

    // Fewer are not worth the way there and back, about half a microsecond.
    private const int MinRingSends = 8;

    private readonly Lane _lane;
    private readonly ConnectionCounters _counters;
    private readonly Entry[] _entries = new Entry[MaxEntries];
    private int _count;
    private int _next;
    private SendRing? _ring;
    private bool _isRingTried;

    public SendBatch(Lane lane, ConnectionCounters counters, bool isRingWanted)
    {
        _lane = lane;
        _counters = counters;
        _isRingTried = !isRingWanted;
        Outlets = new Outlets(this);
    }

    /// <summary>Where it sends to.</summary>
    public Outlets Outlets { get; }

    /// <summary>Gathers a send, with a reference of the batch's own.</summary>
    public void Add(int outlet, WireBuffer buffer, Membership? membership, RoomPriority priority)
    {
        MakePlace();

        // One buffer goes to all members of a room: one reference for the run of them.
        var isSame = _count > 0 && ReferenceEquals(_entries[_count - 1].Buffer, buffer);
        if (!isSame)
        {
            buffer.Retain();
        }

        Put(outlet, buffer, membership, priority, isOwner: !isSame);
    }

    /// <summary>Gathers a send. Takes over the reference.</summary>
    public void AddOwned(int outlet, WireBuffer buffer, Membership? membership, RoomPriority priority)
    {
        MakePlace();
        Put(outlet, buffer, membership, priority, isOwner: true);
    }

    /// <summary>What an outlet's entry is worth in bytes.</summary>
    public int LengthOf(int outlet) => _entries[Outlets[outlet].Entry].Buffer.Length;

    /// <summary>Takes an outlet's entry out, with a reference for the caller.</summary>
    public Entry TakeBack(int outlet)
    {
        ref var entry = ref _entries[Outlets[outlet].Entry];
        var taken = entry;
        taken.Buffer.Retain();
        Free(taken);
        entry = entry with { Outlet = Outlets.None };
        return taken;
    }

    /// <summary>Sends all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Flush()
    {
        var ring = _count < MinRingSends ? null : Ring;
        while (_next < _count)
        {
            if (ring is null || _count - _next < MinRingSends || !Fill(ring))
            {
                SendNext();
            }
            else if (!Submit(ring))
            {
                // For now the kernel does not take all this way.
                ring = null;
            }
        }

        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].IsOwner)
            {
                _entries[i].Buffer.Release();
            }
        }

        _entries.AsSpan(0, _count).Clear();
        _count = _next = 0;
    }

    public void Dispose()
    {
        _ring?.Dispose();
        _ring = null;
    }

    // At first use: many nodes never have so much to send.
    private SendRing? Ring
    {
        get
        {
            if (!_isRingTried)
            {
                _isRingTried = true;
                _ring = SendRing.TryCreate();
            }

            return _ring;
        }
    }

    private void MakePlace()
    {
        if (_count == MaxEntries)
        {
            Flush();
        }

        if (_count == 0)
        {
            _lane.FlushConnection(this);
        }
    }

    private void Put(int index, WireBuffer buffer, Membership? membership, RoomPriority priority, bool isOwner)
    {
        ref var outlet = ref Outlets[index];
        outlet.Entry = _count;
        outlet.IsGathered = true;
        _entries[_count++] = new Entry(index, outlet.File, outlet.IsSealed, buffer, membership, priority, isOwner);
    }

    // First of all: what the connection does about a short send must not find the entry here any more.
    private void Free(in Entry entry) => Outlets[entry.Outlet].IsGathered = false;

    private void SendNext()
    {
        ref var entry = ref _entries[_next++];
        if (entry.Outlet == Outlets.None)
        {
            return;
        }

        Free(entry);
        if (entry is { File: >= 0, IsSealed: false })
        {
            Finish(entry, PlainChannel.Send(entry.File, entry.Buffer.Span));
            return;
        }

        var connection = Outlets[entry.Outlet].Connection;
        try
        {
            Finish(entry, connection.SendGathered(entry.Buffer.Memory));
        }
        catch (Exception e)
        {
            _lane.Report(e);
            connection.OnSendFault();
        }
    }

    // As many as one call takes. False: the next one is not for the ring.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Fill(SendRing ring)
    {
        var last = (WireBuffer?)null;
        for (var i = _next; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Outlet == Outlets.None)
            {
                continue;
            }

            if (entry.IsSealed)
            {
                var length = Outlets[entry.Outlet].Connection.Seal(entry.Buffer.Span, ring.Place);
                if (length == 0)
                {
                    break;
                }

                ring.Add(entry.File, length);
                last = null;
                continue;
            }

            if (entry.File < 0 || !ring.TryAdd(entry.File, entry.Buffer.Span, ReferenceEquals(entry.Buffer, last)))
            {
                break;
            }

            last = entry.Buffer;
        }

        return ring.Count > 0;
    }

    // False: the kernel's queue did not take all.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Submit(SendRing ring)
    {
        var results = ring.Submit();
        _counters.RingSends += ring.TakenCount;
        for (var at = 0; at < results.Length;)
        {
            ref var entry = ref _entries[_next++];
            if (entry.Outlet != Outlets.None)
            {
                Free(entry);
                var sent = PlainChannel.ToSent(results[at]);
                if (entry.IsSealed)
                {
                    FinishSealed(entry, ring.BytesOf(at), sent);
                }
                else
                {
                    Finish(entry, sent);
                }

                at++;
            }
        }

        return ring.TakenCount == results.Length;
    }

    // The buffer has become the record, and counts as sent with it.
    private void FinishSealed(in Entry entry, ReadOnlySpan<byte> record, int sent)
    {
        _counters.SentBytes += sent >= 0 ? entry.Buffer.Length : 0;
        if (sent == record.Length)
        {
            return;
        }

        var connection = Outlets[entry.Outlet].Connection;
        try
        {
            connection.OnShortSeal(record, sent);
        }
        catch (Exception e)
        {
            _lane.Report(e);
            connection.OnSendFault();
        }
    }

    // What a connection does about a short send adds nothing to the batch. A fault of one must not keep the others' messages back.
    private void Finish(in Entry entry, int sent)
    {
        if (sent == entry.Buffer.Length)
        {
            _counters.SentBytes += sent;
            return;
        }

        try
        {
            Outlets[entry.Outlet].Connection.OnShortSend(entry, sent);
        }
        catch (Exception e)
        {
            _lane.Report(e);
        }
    }

    /// <summary>One send.</summary>
    /// <param name="Outlet">Whose it is; <see cref="Outlets.None"/> when it was taken back.</param>
    /// <param name="File">Where the bytes go; -1: only through the connection's transport.</param>
    /// <param name="IsSealed">The connection makes of them what goes there.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Entry(int Outlet, int File, bool IsSealed, WireBuffer Buffer, Membership? Membership, RoomPriority Priority, bool IsOwner);
}
