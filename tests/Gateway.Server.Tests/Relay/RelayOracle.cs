using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>What must hold in a world when its faults are over and it has been quiet for a while.</summary>
internal static class RelayOracle
{
    public static void Check(SimWorld world)
    {
        CheckAnswers(world);
        foreach (var room in world.RoomNames)
        {
            if (room.StartsWith("chat:", StringComparison.Ordinal))
                CheckDurable(world, room);
            CheckMembers(world, room);
            CheckPresence(world, room);
        }

        // What was lost and sent again has another place.
        if (!world.Store.HasLost)
            CheckOrder(world);
    }

    private static void CheckAnswers(SimWorld world)
    {
        foreach (var publish in world.Publishers.SelectMany(static publisher => publisher.Publishes).Where(static publish => publish.Result is null && !publish.Life.IsDead))
            world.Violations.Add($"{publish.Text} in {publish.Room} of {publish.At} has no answer");
        foreach (var user in world.Users.Where(static user => user.Session is not { IsJoined: true }))
            world.Violations.Add($"{user.Name} is not in {user.Room}{(user.Session is { } session ? $": asked {session.Life.Id} at {session.AskedAt}" : "")}");
    }

    private static void CheckDurable(SimWorld world, string room)
    {
        if (!world.Store.Rooms.TryGetValue(room, out var stored))
            return;
        var texts = stored.Entries.Select(static entry => SimStore.TextOf(entry.Body)).ToList();
        foreach (var twice in texts.GroupBy(static text => text).Where(static group => group.Count() > 1))
            world.Violations.Add($"{room} has {twice.Key} {twice.Count()} times");
        if (!world.Store.HasLost)
        {
            foreach (var publish in Accepted(world, room))
            {
                var at = texts.IndexOf(publish.Text);
                if (at < 0)
                    world.Violations.Add($"{room} has lost {publish.Text}, which was accepted");
                else if (publish.Result!.Value.Offset != at + 1)
                    world.Violations.Add($"{room} has {publish.Text} at {at + 1}, the answer said {publish.Result}");
            }
        }

        foreach (var user in world.Users.Where(user => user.Room == room))
        {
            foreach (var ((epoch, offset), text) in user.Seen)
            {
                if (!world.Store.Given.TryGetValue((room, epoch), out var given) || given.Count < offset || given[(int)offset - 1] != text)
                    world.Violations.Add($"{user.Name} saw {text} at {epoch}/{offset} of {room}, which is not what the store has");
            }

            if (user.Epoch != stored.Epoch || user.Position != stored.Head)
                world.Violations.Add($"{user.Name} on {user.Session?.Life.Id} is at {user.Epoch}/{user.Position} of {room}, the store at {stored.Epoch}/{stored.Head}");
        }
    }

    // All saw the same, and what a publisher was told is what they saw.
    private static void CheckMembers(SimWorld world, string room)
    {
        var truth = new Dictionary<(long, long), string>();
        foreach (var publish in Accepted(world, room).Where(static publish => publish.Result!.Value.Offset > 0))
        {
            var place = (publish.Result!.Value.Epoch, publish.Result.Value.Offset);
            if (!truth.TryAdd(place, publish.Text) && truth[place] != publish.Text)
                world.Violations.Add($"{room} gave {place} to {truth[place]} and to {publish.Text}");
        }

        var users = world.Users.Where(user => user.Room == room).ToArray();
        foreach (var user in users)
        {
            foreach (var (place, text) in user.Seen)
            {
                if (!truth.TryAdd(place, text) && truth[place] != text)
                    world.Violations.Add($"{user.Name} saw {text} at {place} of {room}, others {truth[place]}");
            }
        }

        if (users.Select(static user => (user.Epoch, user.Position)).Distinct().Count() > 1)
            world.Violations.Add($"{room} ends at " + string.Join(", ", users.Select(static user => $"{user.Name} on {user.Session?.Life.Id}: {user.Epoch}/{user.Position}")));
    }

    private static void CheckPresence(SimWorld world, string room)
    {
        var users = world.Users.Where(user => user.Room == room).ToArray();
        var truth = string.Join(' ', users.Where(static user => user.Session is { IsJoined: true }).Select(static user => user.Name).Order());
        foreach (var user in users)
        {
            if (string.Join(' ', user.View.Order()) is var view && view != truth)
                world.Violations.Add($"{user.Name} on {user.Session?.Life.Id} sees {view} in {room}; there are {truth}");
        }

        if (world.QuestionCount - world.AnswerCount > 0 && world.Lives.All(static life => life.Id.Incarnation <= SimWorld.NodeCount))
            world.Violations.Add($"{world.QuestionCount - world.AnswerCount} questions who is there have no answer");
    }

    private static void CheckOrder(SimWorld world)
    {
        foreach (var group in world.Publishers.SelectMany(static publisher => publisher.Publishes).Where(static publish => publish is { IsAccepted: true, IsRetry: false, IsTransient: false })
            .GroupBy(static publish => (publish.Publisher, publish.Room, publish.Result!.Value.Epoch)))
        {
            var last = (SimPublish?)null;
            foreach (var publish in group.OrderBy(static publish => publish.Number))
            {
                if (last is not null && publish.Result!.Value.Offset <= last.Result!.Value.Offset)
                    world.Violations.Add($"{publish.Text} came to {publish.Result}, {last.Text} before it to {last.Result}");
                last = publish;
            }
        }
    }

    private static IEnumerable<SimPublish> Accepted(SimWorld world, string room) =>
        world.Publishers.SelectMany(static publisher => publisher.Publishes).Where(publish => publish.Room == room && publish is { IsAccepted: true, IsTransient: false });
}
