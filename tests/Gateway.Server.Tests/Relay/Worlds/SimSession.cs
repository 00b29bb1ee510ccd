using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>One connection of a <see cref="SimUser"/> to one node; checks all that it is told.</summary>
internal sealed class SimSession(SimWorld world, SimUser user, SimLife life, int lane) : IMember, IRosterReader
{
    private Membership? _membership;

    public SimLife Life { get; } = life;

    public bool IsJoined { get; private set; }

    public long AskedAt { get; } = world.Events.Now;

    public WireEncoding Encoding => WireEncoding.MessagePack;

    public int Outlet => -1;

    public bool HasPlace => true;

    private bool IsOver => user.Session != this;

    public void Join()
    {
        var request = new JoinRequest(user.Epoch == 0 ? null : user.Epoch, user.Position, 0, WantsPresence: true, IsObserver: false, user.Name);
        Life.Post(lane, () =>
        {
            if (!IsOver)
                _membership = Life.Rooms.LocalsOf(Life.Lanes[lane]).GetOrAdd(user.Room, Life.Rooms.Kinds.Of(user.Room)!).Join(this, request, 1);
        });
    }

    /// <summary>The connection is over.</summary>
    public void End(bool dropped)
    {
        user.Session = null;
        Life.Post(lane, () =>
        {
            if (_membership is { } membership)
                membership.Room.Leave(membership, dropped);
        });
    }

    public void Deliver(Membership membership, RoomTurn turn)
    {
        for (var i = 0; i < turn.Count; i++)
        {
            if (turn[i].IsTransient)
            {
                DeliverKept(membership, turn[i]);
            }
            else if (membership.State == MembershipState.Live && turn[i].Offset > membership.Position)
            {
                membership.Position = turn[i].Offset;
                DeliverKept(membership, turn[i]);
            }
        }
    }

    public void DeliverKept(Membership membership, RoomMessage message)
    {
        if (IsOver)
            return;
        var text = SimStore.TextOf(message.EntryBody);
        if (message.IsTransient)
        {
            user.TransientCount++;
            user.Kept[System.Text.Encoding.UTF8.GetString(message.ConflationKey)] = text;
            return;
        }

        if (!IsJoined)
            Fail($"got {text} before it has joined");
        if (message.Offset != user.Position + 1)
            Fail($"jumped from {user.Position} to {message.Offset} without a word");
        user.Position = message.Offset;
        if (user.Seen.TryGetValue((user.Epoch, message.Offset), out var seen) && seen != text)
            Fail($"saw {seen} and then {text} at {user.Epoch}/{message.Offset}");
        user.Seen[(user.Epoch, message.Offset)] = text;
    }

    public void DeliverLost(Membership membership, long from, long to)
    {
        if (IsOver)
            return;
        if (user.IsDurable && !world.Store.HasLost)
            Fail($"is told that {from} to {to} are lost");
        if (from != user.Position + 1)
            Fail($"is told that {from} to {to} are lost while it stands at {user.Position}");
        user.LossCount++;
        user.Position = to;
    }

    public void OnJoined(Membership membership, in JoinOutcome outcome)
    {
        if (IsOver)
            return;
        IsJoined = true;
        if (user.IsDurable && user.Epoch == outcome.Epoch && outcome.Offset < user.Position && !world.Store.HasLost)
            Fail($"went back from {user.Position} to {outcome.Offset} in epoch {outcome.Epoch}");
        if (outcome.Recovered && (user.Epoch != outcome.Epoch || user.Position != outcome.Offset))
            Fail($"recovered at {outcome.Epoch}/{outcome.Offset}, was at {user.Epoch}/{user.Position}");
        if (user.IsDurable && user.Epoch != 0 && !outcome.Recovered && !world.Store.HasLost)
            Fail($"is not recovered: was at {user.Epoch}/{user.Position}, is at {outcome.Epoch}/{outcome.Offset}");
        (user.Epoch, user.Position) = (outcome.Epoch, outcome.Offset);
        var directory = Life.Rooms.DirectoryOf(user.Room);
        directory.Lane.Post(directory, RoomDirectory.RosterCode, new RosterQuery(this, 1, null, user.Room));
        world.QuestionCount++;
    }

    public void OnEpochChanged(Membership membership, in JoinOutcome outcome)
    {
        if (IsOver)
            return;
        if (user.IsDurable && !world.Store.HasLost)
            Fail($"is moved from epoch {user.Epoch} to {outcome.Epoch}");
        user.EpochCount++;
        (user.Epoch, user.Position) = (outcome.Epoch, outcome.Offset);
    }

    public void OnJoinFailed(Membership membership, JoinFailure failure)
    {
        if (!IsOver)
            user.Session = null;
    }

    public void DeliverNotice(Membership membership, byte[] frame) => See(frame);

    public void OnRoster(RosterQuery query)
    {
        world.AnswerCount++;
        Life.Post(lane, () => See(query.Frame));
    }

    // [17, id, number, count, members, complete] or [18, number, count, joined, left, updated].
    private void See(byte[] frame)
    {
        if (IsOver)
            return;
        var reader = new MessagePackReader(frame);
        reader.TryReadArrayHeader(out _);
        reader.TryReadInt32(out var op);
        reader.TrySkip();
        reader.TrySkip();
        if (op == 17)
        {
            reader.TrySkip();
            var before = user.View.ToArray();
            user.View.Clear();
            ReadMembers(ref reader);
            foreach (var name in before.Where(name => !user.View.Contains(name)))
                user.Left.Add((world.Events.Now, name));
            return;
        }

        ReadMembers(ref reader);
        reader.TryReadArrayHeader(out var left);
        for (var i = 0; i < left && reader.TryReadString(out var name); i++)
        {
            if (user.View.Remove(System.Text.Encoding.UTF8.GetString(name)))
                user.Left.Add((world.Events.Now, System.Text.Encoding.UTF8.GetString(name)));
        }

        ReadMembers(ref reader);
    }

    private void ReadMembers(ref MessagePackReader reader)
    {
        reader.TryReadArrayHeader(out var count);
        for (var i = 0; i < count; i++)
        {
            reader.TryReadArrayHeader(out _);
            reader.TryReadString(out var name);
            user.View.Add(System.Text.Encoding.UTF8.GetString(name));
            reader.TrySkip();
            reader.TrySkip();
            reader.TrySkip();
            reader.TrySkip();
        }
    }

    private void Fail(string what) => world.Violations.Add($"{world.Events.Now}: {user.Name} in {user.Room} on {Life.Id} {what}");
}
