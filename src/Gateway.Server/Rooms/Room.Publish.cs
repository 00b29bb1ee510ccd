using System.Diagnostics.CodeAnalysis;

namespace Gateway.Server.Rooms;

internal sealed partial class Room
{
    private KeptMessages? _kept;
    private IdempotencyWindow? _ephemeralKeys;

    /// <summary>Orders a message, or forwards it to who does. Takes over the publication; its publisher is told the outcome.</summary>
    public void Publish(Publication publication)
    {
        Touch();
        if (!HasWaiting && (_isOpen || (Role == RoomRole.Follower && _pendingCount == 0)))
        {
            Place(publication);
        }
        else
        {
            Hold(publication);
        }
    }

    /// <summary>Takes back what had been forwarded to another node before this one became the owner: it goes before all that waits.</summary>
    public void Return(Publication publication)
    {
        Touch();
        if (_isOpen && Role == RoomRole.Owner && !HasWaiting)
        {
            Place(publication);
        }
        else
        {
            _returned.Enqueue(publication);
            TryOpen();
        }
    }

    // Nothing may go past these, or a publisher's messages change their order.
    private bool HasWaiting => _returned.Count > 0 || _waitingForOpen.Count > 0;

    // As far as the role holds that the room has been told; what waits beyond that goes when the room has opened again.
    private void PlaceWaiting()
    {
        while (_isOpen && _relay.Role == Role && TryTakeWaiting(out var publication))
        {
            Place(publication);
        }

        if (_isOpen && HasWaiting)
        {
            Doubt();
            TryOpen();
        }
    }

    // What waits goes to the owner at once. Not while writes are under way: what comes of them goes first.
    private void ForwardWaiting()
    {
        while (_pendingCount == 0 && Role == RoomRole.Follower && _relay.Role == RoomRole.Follower && TryTakeWaiting(out var publication))
        {
            _relay.Forward(publication);
        }
    }

    private bool TryTakeWaiting([NotNullWhen(true)] out Publication? publication)
    {
        while (_returned.TryDequeue(out publication) || _waitingForOpen.TryDequeue(out publication))
        {
            if (!publication.IsOver)
            {
                return true;
            }

            publication.Complete(PublishStatus.Unavailable, 0, 0);
        }

        return false;
    }

    private void Place(Publication publication)
    {
        switch (_relay.Role)
        {
            case RoomRole.Owner when Role == RoomRole.Owner:
                Order(publication);
                break;
            case RoomRole.Follower:
                _relay.Forward(publication);
                break;
            default:
                // The lease has run out, and what follows from that has not come here yet.
                Doubt();
                Hold(publication);
                break;
        }
    }

    private void Hold(Publication publication)
    {
        if (_waitingForOpen.Count >= _directory.Options.MaxPendingPublishes)
        {
            publication.Complete(PublishStatus.Overloaded, 0, 0);
            return;
        }

        _waitingForOpen.Enqueue(publication);
        TryOpen();
    }

    /// <summary>The history has taken (or not taken) a message: it leaves for the members, then its publisher is told.</summary>
    public void OnAppended(AppendEntry entry)
    {
        _pendingCount--;
        switch (entry.Status)
        {
            case AppendStatus.Stored:
                Head = entry.Offset;
                entry.Publication.Message.Seal(Number, entry.Offset);
                Broadcast(entry.Publication.Message);
                entry.Publication.Complete(PublishStatus.Accepted, entry.Epoch, entry.Offset);
                break;
            case AppendStatus.Duplicate:
                entry.Publication.Complete(PublishStatus.Duplicate, entry.Epoch, entry.Offset);
                break;
            case AppendStatus.Behind or AppendStatus.Fenced:
                Doubt();
                _returned.Enqueue(entry.Publication);
                break;
            default:
                Doubt();
                entry.Publication.Complete(PublishStatus.Unavailable, 0, 0);
                break;
        }

        ForwardWaiting();
        if (_isDoubtful)
        {
            TryOpen();
        }
    }

    private void Order(Publication publication)
    {
        if (_pendingCount >= _directory.Options.MaxPendingPublishes || IsAnyLaneOverloaded())
        {
            publication.Complete(PublishStatus.Overloaded, Epoch, 0);
        }
        else if (publication.Message.IsTransient)
        {
            publication.Message.Seal(Number, 0);
            Keep(publication.Message);
            Broadcast(publication.Message);
            publication.Complete(PublishStatus.Accepted, Epoch, 0);
        }
        else if (Kind.IsDurable)
        {
            _pendingCount++;
            _directory.WriterOf(this).Add(this, publication);
        }
        else
        {
            OrderEphemeral(publication);
        }
    }

    private void OrderEphemeral(Publication publication)
    {
        var key = publication.IdempotencyKey;
        if (key != default)
        {
            _ephemeralKeys ??= new IdempotencyWindow(_directory.Options.MaxIdempotencyKeys);
            if (_ephemeralKeys.TryGet(key, Lane.Now, out var first))
            {
                publication.Complete(PublishStatus.Duplicate, Epoch, first);
                return;
            }
        }

        Head++;
        if (key != default)
        {
            _ephemeralKeys!.Add(key, Head, Lane.Now, Kind.Options.IdempotencyWindow);
        }

        publication.Message.Seal(Number, Head);
        Broadcast(publication.Message);
        publication.Complete(PublishStatus.Accepted, Epoch, Head);
    }

    private void Broadcast(RoomMessage message)
    {
        _relay.Broadcast(message);
        SendHere(message);
    }

    private void SendHere(RoomMessage message)
    {
        foreach (var local in _subscribers)
        {
            message.Retain();
            if (ReferenceEquals(local.Lane, Lane))
            {
                local.Receive(message);
            }
            else
            {
                local.Lane.Post(local, LocalRoom.ReceiveCode, message);
            }
        }
    }

    private void Keep(RoomMessage message) => (_kept ??= new KeptMessages(Kind.Options.MaxKeptKeys, _directory.KeptBudget)).Keep(message);

    // What has been accepted is posted to the members' lanes without a bound of its own; this keeps what is accepted within theirs.
    private bool IsAnyLaneOverloaded()
    {
        foreach (var local in _subscribers)
        {
            if (!ReferenceEquals(local.Lane, Lane) && local.Lane.IsOverloaded)
            {
                return true;
            }
        }

        return false;
    }
}
