using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms;

public sealed class RosterTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Lane _lane;
    private readonly Roster _roster;
    private readonly List<string> _told = [];

    public RosterTests()
    {
        _lane = new Lane(0, _time, new EventPoller(), 1024, static fault => throw fault);
        _roster = new Roster(_lane, new RoomsOptions { MaxRosterCount = 3 }, Announce);
        _lane.Turn();
    }

    [Fact]
    public void Enter_is_told_once_for_all_connections_of_a_user()
    {
        _roster.Enter("ann");
        _roster.Enter("ann");
        Pass(200);
        _roster.Leave("ann", dropped: false);
        Pass(200);
        Assert.Equal(["1 +ann"], _told);
        _roster.Leave("ann", dropped: false);
        Pass(200);
        Assert.Equal(["1 +ann", "0 -ann"], _told);
    }

    [Fact]
    public void User_that_drops_and_comes_back_within_the_grace_is_never_said_to_have_left()
    {
        _roster.Enter("ann");
        Pass(200);
        _roster.Leave("ann", dropped: true);
        Pass(10_000);
        _roster.Enter("ann");
        Pass(60_000);
        Assert.Equal(["1 +ann"], _told);
    }

    [Fact]
    public void User_that_drops_for_good_is_said_to_have_left_after_the_grace()
    {
        _roster.Enter("ann");
        Pass(200);
        _roster.Leave("ann", dropped: true);
        Pass(14_000);
        Assert.Single(_told);
        Pass(2_000);
        Assert.Equal(["1 +ann", "0 -ann"], _told);
    }

    [Fact]
    public void Come_and_gone_within_one_interval_is_not_told()
    {
        _roster.Enter("bob");
        _roster.Leave("bob", dropped: false);
        Pass(500);
        Assert.Empty(_told);
    }

    [Fact]
    public void Change_of_state_is_told_with_the_last_value()
    {
        _roster.Enter("ann");
        Pass(200);
        _roster.Change(new StateChange("ann", "viewing", null));
        _roster.Change(new StateChange("ann", "typing", null));
        Pass(200);
        Assert.Equal(["1 +ann", "1 ~ann:typing"], _told);
    }

    [Fact]
    public void Roster_above_its_limit_is_a_sample_with_an_exact_count_and_who_was_asked_for()
    {
        foreach (var user in (string[])["a", "b", "c", "d", "e"])
            _roster.Enter(user);
        var output = new ArrayBufferWriter<byte>();
        _roster.WriteRoster(output, id: 9, number: 4, users: ["e", "nobody"]);
        var reader = new MessagePackReader(output.WrittenSpan);
        Assert.True(reader.TryReadArrayHeader(out _) && reader.TryReadInt32(out _) && reader.TryReadInt32(out var id) && id == 9);
        Assert.True(reader.TryReadInt32(out var number) && number == 4 && reader.TryReadInt32(out var count) && count == 5);
        Assert.True(reader.TryReadArrayHeader(out var members));
        Assert.Equal(4, members);
    }

    public void Dispose() => _lane.Dispose();

    private void Pass(int milliseconds)
    {
        for (var passed = 0; passed < milliseconds; passed += 50)
        {
            _time.Advance(50);
            _lane.Turn();
        }
    }

    private void Announce(Roster roster)
    {
        var output = new ArrayBufferWriter<byte>();
        roster.WriteChanges(output, number: 1);
        var reader = new MessagePackReader(output.WrittenSpan);
        reader.TryReadArrayHeader(out _);
        reader.TryReadInt32(out _);
        reader.TryReadInt32(out _);
        reader.TryReadInt32(out var count);
        var text = $"{count}";
        reader.TryReadArrayHeader(out var joined);
        for (var i = 0; i < joined; i++)
            text += $" +{Member(ref reader).User}";
        reader.TryReadArrayHeader(out var left);
        for (var i = 0; i < left; i++)
        {
            reader.TryReadString(out var user);
            text += $" -{System.Text.Encoding.UTF8.GetString(user)}";
        }

        reader.TryReadArrayHeader(out var updated);
        for (var i = 0; i < updated; i++)
        {
            var (user, state) = Member(ref reader);
            text += $" ~{user}:{state}";
        }

        _told.Add(text);
    }

    private static (string User, string? State) Member(ref MessagePackReader reader)
    {
        reader.TryReadArrayHeader(out _);
        reader.TryReadString(out var user);
        reader.TryReadInt32(out _);
        string? state = null;
        if (!reader.TryReadNil() && reader.TryReadString(out var text))
            state = System.Text.Encoding.UTF8.GetString(text);
        reader.TrySkip(out _);
        reader.TrySkip(out _);
        return (System.Text.Encoding.UTF8.GetString(user), state);
    }
}
