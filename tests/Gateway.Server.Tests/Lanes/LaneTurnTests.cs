using Gateway.Server.Lanes;

namespace Gateway.Server.Tests.Lanes;

public sealed class LaneTurnTests : IDisposable
{
    private readonly Lane _lane;
    private readonly List<string> _log = [];

    public LaneTurnTests() => _lane = new Lane(0, TimeProvider.System, new EventPoller(), 100_000, static fault => Assert.Fail(fault.ToString()));

    [Fact]
    public void Turn_fewSends_flushesAllRoomsAndThenConnections()
    {
        Do(() =>
        {
            _lane.FlushConnection(new Flushed(this, "connection", 0));
            Ask("a", sends: 100);
            Ask("b", sends: 100);
        });
        Assert.Equal(["a", "b", "connection"], _log);
    }

    [Fact]
    public void Turn_manySends_takesInWhatHasComeBeforeTheNextRooms()
    {
        Do(() =>
        {
            Ask("a", sends: 200);
            Ask("b", sends: 200);
            Ask("c", sends: 200);
        });
        Assert.Equal(["a", "b"], _log);
        Do(() =>
        {
            _log.Add("command");
            Ask("d", sends: 1);
        });
        Assert.Equal(["a", "b", "command", "c", "d"], _log);
    }

    [Fact]
    public void Turn_roomsLeft_saysSoUntilAllAreFlushed()
    {
        Do(() =>
        {
            for (var i = 0; i < 10; i++)
                Ask($"{i}", sends: 256);
        });
        Assert.Single(_log);
        for (var flushed = 2; flushed < 10; flushed++)
        {
            Assert.True(_lane.Turn());
            Assert.Equal(flushed, _log.Count);
        }

        Assert.False(_lane.Turn());
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"{i}"), _log);
    }

    [Fact]
    public void Turn_roomsWait_flushesWritersAllTheSame()
    {
        Do(() =>
        {
            Ask("a", sends: 300);
            Ask("b", sends: 300);
        });
        Do(() =>
        {
            Ask("c", sends: 300);
            _lane.FlushWriter(new Flushed(this, "writer", 0));
        });
        Assert.Equal(["a", "writer", "b"], _log);
    }

    [Fact]
    public void Turn_alwaysMoreThanItSends_flushesInOrderWithoutGrowing()
    {
        var asked = 0;
        for (var turn = 0; turn < 5000; turn++)
        {
            Do(() =>
            {
                Ask($"{asked++}", sends: 256);
                if (turn < 2000)
                    Ask($"{asked++}", sends: 256);
            });
        }

        while (_lane.Turn())
        {
        }

        Assert.Equal(Enumerable.Range(0, asked).Select(static i => $"{i}"), _log);
    }

    public void Dispose() => _lane.Dispose();

    private void Do(Action action)
    {
        _lane.Post(new Work(action), 0);
        _lane.Turn();
    }

    private void Ask(string name, int sends) => _lane.FlushRoom(new Flushed(this, name, sends));

    private sealed class Flushed(LaneTurnTests test, string name, int sends) : ILaneFlush
    {
        public void Flush()
        {
            test._log.Add(name);
            test._lane.CountSends(sends);
        }
    }

    private sealed class Work(Action action) : ILaneWork
    {
        public void Execute(int code, object? argument, long number) => action();
    }
}
