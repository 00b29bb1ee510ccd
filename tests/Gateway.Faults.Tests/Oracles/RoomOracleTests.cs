namespace Gateway.Faults.Tests.Oracles;

/// <summary>The oracle can fail: each wrong is made up once, and named as what it is.</summary>
public sealed class RoomOracleTests
{
    private const string Durable = "chat:d";
    private const string Ephemeral = "live:e";
    private const long Epoch = 7;

    private readonly RoomOracle _oracle = new(static room => room == Durable);
    private readonly MemberView _ann;
    private readonly MemberView _bob;
    private readonly MemberView _fay;

    public RoomOracleTests()
    {
        _ann = _oracle.Watch("ann", Durable);
        _bob = _oracle.Watch("bob", Durable);
        _fay = _oracle.Watch("fay", Ephemeral);
        foreach (var view in (MemberView[])[_ann, _bob, _fay])
            view.Joined(Epoch, 0, recovered: false);
    }

    [Fact]
    public void AllSeenInOrder_holds()
    {
        foreach (var (offset, text) in ((long, string)[])[(1, "a"), (2, "b"), (3, "c")])
        {
            _ann.Message(Epoch, offset, text);
            _oracle.Acknowledged("pub", Durable, text, Epoch, offset);
            _bob.Message(Epoch, offset, text);
        }

        _oracle.CheckEnd();
        Assert.Empty(_oracle.Violations);
        Assert.Equal((3, 6), (_oracle.AcknowledgedCount, _oracle.DeliveredCount));
    }

    [Fact]
    public void Resume_whereItWas_holds()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Joined(Epoch, 1, recovered: true);
        _ann.Message(Epoch, 2, "b");
        Assert.Empty(_oracle.Violations);
    }

    [Fact]
    public void AcknowledgedButNeverSeen_isLost()
    {
        _oracle.Acknowledged("pub", Durable, "a", Epoch, 1);
        _bob.Message(Epoch, 1, "a");
        _oracle.CheckEnd();
        Expect(ViolationKind.Lost, "ann", 1);
    }

    [Fact]
    public void Hole_nobodySays_isLost()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Message(Epoch, 4, "d");
        Expect(ViolationKind.Lost, "ann", 2);
    }

    [Fact]
    public void Hole_inEphemeralRoom_isLostUnlessSaid()
    {
        _fay.Told(1, 3);
        _fay.Message(Epoch, 4, "d");
        Assert.Empty(_oracle.Violations);
        Assert.Equal(3, _oracle.ToldCount);
        _fay.Message(Epoch, 6, "f");
        Expect(ViolationKind.Lost, "fay", 1);
    }

    [Fact]
    public void SaidLoss_inDurableRoom_isLost()
    {
        _ann.Told(1, 2);
        Expect(ViolationKind.Lost, "ann", 2);
    }

    [Fact]
    public void SaidLoss_thatIsNoneOrElsewhere_isOutOfOrder()
    {
        _fay.Message(Epoch, 1, "a");
        _fay.Told(1, 1);
        Expect(ViolationKind.OutOfOrder, "fay", 1);
    }

    [Fact]
    public void Resume_thatSkips_isLostInDurableRoom()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Joined(Epoch, 5, recovered: false);
        Expect(ViolationKind.Lost, "ann", 4);
    }

    [Fact]
    public void Resume_calledRecoveredElsewhere_isOutOfOrder()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Joined(Epoch, 2, recovered: true);
        Expect(ViolationKind.OutOfOrder, "ann", 1);
    }

    [Fact]
    public void Resume_behindItself_isOutOfOrder()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Joined(Epoch, 0, recovered: false);
        Expect(ViolationKind.OutOfOrder, "ann", 1);
    }

    [Fact]
    public void SameMessageAgain_isDoubled()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Message(Epoch, 1, "a");
        Expect(ViolationKind.Doubled, "ann", 1);
    }

    [Fact]
    public void SameMessageAtAnotherPlace_isDoubled()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Message(Epoch, 2, "a");
        Expect(ViolationKind.Doubled, "ann", 1);
    }

    [Fact]
    public void AcknowledgedAtAnotherPlace_isDoubled()
    {
        _ann.Message(Epoch, 1, "a");
        _oracle.Acknowledged("pub", Durable, "a", Epoch, 2);
        Expect(ViolationKind.Doubled, "pub", 1);
    }

    [Fact]
    public void TwoOrders_isOutOfOrder()
    {
        _ann.Message(Epoch, 1, "a");
        _bob.Message(Epoch, 1, "b");
        Expect(ViolationKind.OutOfOrder, "bob", 1);
    }

    [Fact]
    public void AcknowledgedWhereOthersSawSomethingElse_isOutOfOrder()
    {
        // A paused owner that writes after it woke up: its offset belongs to another message.
        _ann.Message(Epoch, 1, "a");
        _oracle.Acknowledged("pub", Durable, "b", Epoch, 1);
        Expect(ViolationKind.OutOfOrder, "pub", 1);
    }

    [Fact]
    public void EarlierOffset_ofAnotherMessage_isOutOfOrder()
    {
        _ann.Message(Epoch, 1, "a");
        _ann.Message(Epoch, 2, "b");
        _ann.Message(Epoch, 1, "c");
        Assert.All(_oracle.Violations, static violation => Assert.Equal(ViolationKind.OutOfOrder, violation.Kind));
        Assert.NotEmpty(_oracle.Violations);
    }

    [Fact]
    public void PublisherOvertakesItself_isOutOfOrder()
    {
        _oracle.Acknowledged("pub", Durable, "a", Epoch, 2);
        _oracle.Acknowledged("pub", Durable, "b", Epoch, 1);
        Expect(ViolationKind.OutOfOrder, "pub", 1);
    }

    [Fact]
    public void NewEpoch_inDurableRoom_isEpochChanged()
    {
        _ann.Joined(Epoch + 1, 0, recovered: false);
        Expect(ViolationKind.EpochChanged, "ann", 1);
    }

    [Fact]
    public void NewEpoch_inEphemeralRoom_isToldLoss()
    {
        _fay.Joined(Epoch + 1, 0, recovered: false);
        _fay.Message(Epoch + 1, 1, "a");
        Assert.Empty(_oracle.Violations);
        Assert.Equal(1, _oracle.ToldCount);
    }

    [Fact]
    public void OldEpochBack_inEphemeralRoom_isEpochChanged()
    {
        _fay.Joined(Epoch + 1, 0, recovered: false);
        _fay.Joined(Epoch, 0, recovered: false);
        Expect(ViolationKind.EpochChanged, "fay", 1);
    }

    [Fact]
    public void MessageOfAnotherEpoch_isOutOfOrder()
    {
        _fay.Message(Epoch + 1, 1, "a");
        Expect(ViolationKind.OutOfOrder, "fay", 1);
    }

    [Fact]
    public void AcknowledgedUnderAnEpochOfNobody_isLost()
    {
        _oracle.Acknowledged("pub", Durable, "a", Epoch - 1, 1);
        _oracle.CheckEnd();
        Expect(ViolationKind.Lost, "everybody", 1);
    }

    [Fact]
    public void NeverJoined_isStalled()
    {
        _oracle.Watch("late", Durable);
        _oracle.CheckEnd();
        Expect(ViolationKind.Stalled, "late", 1);
    }

    private void Expect(ViolationKind kind, string who, long count)
    {
        var violation = Assert.Single(_oracle.Violations);
        Assert.Equal((kind, who, count), (violation.Kind, violation.Who, violation.Count));
    }
}
