namespace Gateway.Server.Operations;

/// <summary>The command line: what to do, and settings. Short forms stand for the settings one types most.</summary>
internal sealed class StartArguments
{
    private static readonly Dictionary<string, string> ShortForms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = "Gateway:Port",
        ["address"] = "Gateway:Address",
        ["data"] = "Gateway:DataDirectory",
        ["echo"] = "Gateway:Echo",
        ["tls"] = "Gateway:Tls:SelfSigned",
        ["ready-file"] = "Gateway:ReadyFile",
    };

    private static readonly HashSet<string> Switches = new(StringComparer.OrdinalIgnoreCase) { "echo", "tls" };

    public StartTask Task { get; private set; } = StartTask.Run;

    /// <summary>A further configuration file, over appsettings.json and under the environment.</summary>
    public string? ConfigurationFile { get; private set; }

    /// <summary>Whom <see cref="StartTask.ProbeHealth"/> asks; null for the node that these settings are for.</summary>
    public string? HealthTarget { get; private set; }

    /// <summary>Settings of the command line, which win over everything.</summary>
    public Dictionary<string, string?> Settings { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="StartRefusedException">An argument is not understood.</exception>
    public static StartArguments Parse(IReadOnlyList<string> args)
    {
        var arguments = new StartArguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is "-h" or "--help" or "help")
            {
                arguments.Task = StartTask.Help;
                continue;
            }

            if (!args[i].StartsWith("--", StringComparison.Ordinal) || args[i].Length == 2)
                throw new StartRefusedException($"'{args[i]}' is not understood; --help shows what is.");
            var (name, value) = Split(args[i][2..]);
            arguments.Take(name, () => value ?? (i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : null));
        }

        return arguments;
    }

    private void Take(string name, Func<string?> value)
    {
        switch (name.ToLowerInvariant())
        {
            case "print-config":
                Task = StartTask.PrintConfiguration;
                break;
            case "print-options":
                Task = StartTask.PrintOptions;
                if (value() is { } format && !format.Equals("markdown", StringComparison.OrdinalIgnoreCase))
                    throw new StartRefusedException($"--print-options knows the format 'markdown', not '{format}'.");
                break;
            case "version":
                Task = StartTask.PrintVersion;
                break;
            case "health":
                Task = StartTask.ProbeHealth;
                HealthTarget = value();
                break;
            case "config":
                ConfigurationFile = value() ?? throw new StartRefusedException("--config needs the path of a JSON file.");
                break;
            default:
                TakeSetting(name, value);
                break;
        }
    }

    private void TakeSetting(string name, Func<string?> value)
    {
        if (!ShortForms.TryGetValue(name, out var key))
        {
            key = name;
            if (!name.Contains(':', StringComparison.Ordinal) && !name.Equals("environment", StringComparison.OrdinalIgnoreCase))
                throw new StartRefusedException(Unknown(name));
        }

        Settings[key] = value() ?? (Switches.Contains(name) ? "true" : throw new StartRefusedException($"--{name} needs a value."));
    }

    private static string Unknown(string name)
    {
        var known = ShortForms.Keys.Concat(["help", "config", "health", "print-config", "print-options", "version"]);
        return Operations.Settings.EditDistance.Nearest(name, known) is { } meant
            ? $"--{name} is not understood; did you mean --{meant}?"
            : $"--{name} is not understood; --help shows what is, and any setting can be given as --Gateway:Name=value.";
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var at = argument.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (argument, null) : (argument[..at], argument[(at + 1)..]);
    }
}
