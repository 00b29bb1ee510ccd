using Gateway.Server.Lanes;

namespace Gateway.Server.Tests.Lanes;

public sealed class TimingWheelTests(ITestOutputHelper output)
{
    [Fact]
    public void Advance_past_a_deadline_calls_it_once()
    {
        var wheel = new TimingWheel(0);
        var entry = new Recorder();
        wheel.Schedule(entry, 100);
        wheel.Advance(99 / TimingWheel.TickMilliseconds * TimingWheel.TickMilliseconds);
        Assert.Equal(0, entry.Count);
        wheel.Advance(100 + TimingWheel.TickMilliseconds);
        wheel.Advance(10_000);
        Assert.Equal(1, entry.Count);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Cancel_and_move_are_heeded()
    {
        var wheel = new TimingWheel(0);
        var (cancelled, moved) = (new Recorder(), new Recorder());
        wheel.Schedule(cancelled, 50);
        wheel.Schedule(moved, 50);
        wheel.Cancel(cancelled);
        wheel.Schedule(moved, 5000);
        wheel.Advance(1000);
        Assert.Equal((0, 0), (cancelled.Count, moved.Count));
        wheel.Advance(5016);
        Assert.Equal((0, 1), (cancelled.Count, moved.Count));
    }

    [Fact]
    public void Entry_that_schedules_itself_for_now_does_not_keep_the_wheel_from_ending()
    {
        var wheel = new TimingWheel(0);
        var entry = new Recorder();
        entry.Then = () => wheel.Schedule(entry, 0);
        wheel.Schedule(entry, 0);
        wheel.Advance(160);
        Assert.Equal(1, entry.Count);
        wheel.Advance(176);
        Assert.Equal(2, entry.Count);
    }

    [Fact]
    public void Entry_that_throws_leaves_the_others_due()
    {
        var wheel = new TimingWheel(0);
        var (first, second) = (new Recorder(), new Recorder());
        first.Then = second.Then = static () => throw new InvalidOperationException("made up");
        wheel.Schedule(first, 40);
        wheel.Schedule(second, 40);
        Assert.Throws<InvalidOperationException>(() => wheel.Advance(500));
        Assert.Throws<InvalidOperationException>(() => wheel.Advance(500));
        wheel.Advance(500);
        Assert.Equal((1, 1), (first.Count, second.Count));
    }

    // An oracle of a sorted list: never early, at most one tick late, whatever is set, moved and cancelled, over several rounds of the wheel.
    [Fact]
    public void Random_schedules_are_never_early_and_at_most_a_tick_late()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var wheel = new TimingWheel(0);
        var now = 0L;
        var due = new Dictionary<Recorder, long>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(3) == 0)
            {
                now += random.Next(100) == 0 ? random.Next(200_000) : random.Next(50);
                wheel.Advance(now);
                foreach (var (entry, at) in due.ToArray())
                {
                    var fired = entry.Count > 0;
                    Assert.False(fired && at > now, $"Fired at {now}, was due at {at}.");
                    Assert.False(!fired && at + TimingWheel.TickMilliseconds <= now, $"Due at {at}, not fired at {now}.");
                    if (fired)
                        due.Remove(entry);
                }
            }
            else if (due.Count > 0 && random.Next(4) == 0)
            {
                var entry = due.Keys.ElementAt(random.Next(due.Count));
                wheel.Cancel(entry);
                due.Remove(entry);
            }
            else
            {
                var entry = new Recorder();
                var at = now + random.Next(1, random.Next(2) == 0 ? 300 : 200_000);
                wheel.Schedule(entry, at);
                due.Add(entry, at);
            }

            Assert.Equal(due.Count, wheel.Count);
            var next = wheel.MillisecondsToNext(now);
            if (due.Count > 0)
                Assert.True(next >= 0 && now + next <= due.Values.Min() + TimingWheel.TickMilliseconds, "The lane would sleep past a deadline.");
            else
                Assert.Equal(-1, next);
        }
    }

    private sealed class Recorder : WheelEntry
    {
        public int Count { get; private set; }

        public Action? Then { get; set; }

        public override void OnDue()
        {
            Count++;
            Then?.Invoke();
        }
    }
}
