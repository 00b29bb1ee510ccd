using Spectre.Console;

namespace Gateway.Demo.Screens;

/// <summary>Chooses between moving bars and lines.</summary>
internal static class Screen
{
    public static bool IsLive(DemoOptions options) =>
        !options.IsPlain && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    public static Task<Figures> RunAsync(bool isLive, Func<IScreen, Task<Figures>> run) =>
        isLive ? LiveScreen.RunAsync(run) : run(new PlainScreen(Console.Out));

    public static void Show(Figures figures)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var (name, value) in figures.Rows())
                Console.WriteLine($"  {name,-34} {value}");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        foreach (var (name, value) in figures.Rows())
            table.AddRow(new Text(name), new Text(value));
        AnsiConsole.Write(table);
    }
}
