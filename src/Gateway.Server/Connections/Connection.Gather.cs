using Gateway.Server.Connections.Sockets;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <remarks>What the connection sends with the others of its lane, and what it tells them of itself through its outlet.</remarks>
internal sealed partial class Connection
{
    /// <summary>Where the lane's batch may send to; -1: through <see cref="SendGathered"/>.</summary>
    public int File => _transport.File;

    /// <summary><see cref="File"/> takes only what <see cref="Seal"/> makes.</summary>
    public bool IsSealed => _transport.IsSealed;

    // The lane's batch is where what waits alone is; _single and _outbound are null then.
    private bool IsGathered => Outlet != Outlets.None && _home.Batch.Outlets[Outlet].IsGathered;

    private int GatheredBytes => IsGathered ? _home.Batch.LengthOf(Outlet) : 0;

    /// <summary>Of the lane's batch, for a transport that sends by itself.</summary>
    public int SendGathered(ReadOnlyMemory<byte> bytes) => _transport.Send(new ReadOnlySpan<ReadOnlyMemory<byte>>(in bytes));

    /// <summary>Of the lane's batch, for a transport whose bytes are sealed: makes of a buffer, which counts as sent with it, what goes to <see cref="File"/>.</summary>
    /// <returns>How many bytes were put in; 0: <see cref="SendGathered"/> will tell why not.</returns>
    public int Seal(ReadOnlySpan<byte> bytes, Span<byte> into) => _transport.Seal(bytes, into);

    /// <summary>The lane's batch could not send all of what was sealed.</summary>
    /// <param name="sent">Bytes that were taken, or <see cref="ISocketChannel.Failed"/>.</param>
    public void OnShortSeal(ReadOnlySpan<byte> record, int sent)
    {
        if (sent >= 0)
        {
            _transport.OnShortSeal(record[sent..]);
        }
        else
        {
            _transport.OnShortSend(sent);
        }
    }

    /// <summary>The transport has failed within <see cref="SendGathered"/>: nobody knows how much it has taken.</summary>
    public void OnSendFault() => _transport.Abort();

    /// <summary>The lane's batch could not send all of an entry.</summary>
    /// <param name="sent">Bytes that were taken, or <see cref="ISocketChannel.Failed"/>.</param>
    public void OnShortSend(in SendBatch.Entry entry, int sent)
    {
        if (entry is { File: >= 0, IsSealed: false })
        {
            _transport.OnShortSend(sent);
        }

        sent = Math.Max(0, sent);
        _home.Counters.SentBytes += sent;
        entry.Buffer.Retain();
        KeepRest(entry.Buffer, entry.Membership, sent);
    }

    // After which rooms need not ask the connection any more.
    private void LookAtOutlet()
    {
        if (_state == State.Open)
        {
            _home.Batch.Outlets[Outlet].IsBusy = IsWaiting || _wasFull;
        }
    }

    // Before anything waits that is not in the lane's batch, and when it is over.
    private void TakeOutlet()
    {
        if (Outlet != Outlets.None)
        {
            _home.Batch.Outlets[Outlet].IsBusy = true;
        }
    }

    private void GatherOrSend(WireBuffer single)
    {
        if (_state != State.Open || _wasFull)
        {
            // What follows from its having gone out is not to wait for the batch.
            SendSingle(single);
            return;
        }

        _home.Batch.AddOwned(Outlet, single, _singleMembership, _singlePriority);
        _single = null;
        _singleMembership = null;
    }

    // Before anything else of the connection goes out, or all of it is given up.
    private void Ungather()
    {
        if (IsGathered)
        {
            var entry = _home.Batch.TakeBack(Outlet);
            (_single, _singleMembership, _singlePriority) = (entry.Buffer, entry.Membership, entry.Priority);
            AskFlush();
        }
    }
}
