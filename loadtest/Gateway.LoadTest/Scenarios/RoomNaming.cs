using System.Globalization;

namespace Gateway.LoadTest.Scenarios;

/// <summary>The rooms of the built-in scenarios: kinds that every gateway has.</summary>
internal static class RoomNaming
{
    /// <summary>Room r of the run: durable rooms keep a history, ephemeral ones do not.</summary>
    public static string Of(LoadOptions options, int room) => Of(options.IsDurable, room);

    public static string Of(bool isDurable, int room) => string.Create(CultureInfo.InvariantCulture, $"{(isDurable ? "chat" : "live")}:r{room}");

    /// <summary>All rooms of the run.</summary>
    public static IReadOnlyList<string> All(LoadOptions options) => [.. Enumerable.Range(0, options.Rooms).Select(room => Of(options, room))];

    /// <summary>A durable room also for scenarios with publishers of their own: they need their room's name, not a seat in it.</summary>
    public static IReadOnlyList<string> Durable(int count) => [.. Enumerable.Range(0, count).Select(static room => Of(isDurable: true, room))];
}
