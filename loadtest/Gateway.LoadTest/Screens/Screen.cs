using Spectre.Console;

namespace Gateway.LoadTest.Screens;

/// <summary>Chooses where to show a run.</summary>
internal static class Screen
{
    public static IScreen For(bool isPlain) =>
        isPlain || Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi ? new PlainScreen(Console.Out) : new LiveScreen(AnsiConsole.Console);
}
