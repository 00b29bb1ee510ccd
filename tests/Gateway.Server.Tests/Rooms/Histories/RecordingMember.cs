using System.Collections.Concurrent;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms.Histories;

/// <summary>A member that always has place and writes down what it is told: epochs it was moved to, messages by epoch and offset, losses.</summary>
internal sealed class RecordingMember : IMember
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WireEncoding Encoding => WireEncoding.MessagePack;

    public int Outlet => -1;

    public bool HasPlace => true;

    public Task Joined => _joined.Task;

    public ConcurrentQueue<(long Epoch, long Offset, byte[] Payload)> Received { get; } = new();

    public ConcurrentQueue<JoinOutcome> Epochs { get; } = new();

    public ConcurrentQueue<(long From, long To)> Lost { get; } = new();

    public void Deliver(Membership membership, RoomTurn turn)
    {
        for (var i = 0; i < turn.Count && membership.State == MembershipState.Live; i++)
        {
            if (turn[i].Offset > membership.Position)
            {
                membership.Position = turn[i].Offset;
                DeliverKept(membership, turn[i]);
            }
        }
    }

    public void DeliverKept(Membership membership, RoomMessage message) => Received.Enqueue((membership.Room.Epoch, message.Offset, message.Payload.ToArray()));

    public void DeliverNotice(Membership membership, byte[] frame)
    {
    }

    public void DeliverLost(Membership membership, long from, long to) => Lost.Enqueue((from, to));

    public void OnJoined(Membership membership, in JoinOutcome outcome) => _joined.TrySetResult();

    public void OnEpochChanged(Membership membership, in JoinOutcome outcome) => Epochs.Enqueue(outcome);

    public void OnJoinFailed(Membership membership, JoinFailure failure) => _joined.TrySetException(new InvalidOperationException(failure.ToString()));
}
