namespace Gateway.Nats.Authentication;

/// <summary>
/// The file that <c>nsc</c> writes: the user's JWT and the seed of its nkey, each between lines of dashes:
/// <c>-----BEGIN NATS USER JWT-----</c> and <c>-----BEGIN USER NKEY SEED-----</c>.
/// </summary>
internal static class CredentialsFile
{
    /// <exception cref="FormatException">A part is missing. The message does not repeat what is there.</exception>
    public static (string Jwt, NKeySeed Seed) Parse(string text)
    {
        var jwt = Block(text, "NATS USER JWT") ?? throw new FormatException("The credentials file has no block NATS USER JWT.");
        var seed = Block(text, "USER NKEY SEED") ?? throw new FormatException("The credentials file has no block USER NKEY SEED.");
        return (jwt, NKeySeed.Parse(seed));
    }

    private static string? Block(string text, string name)
    {
        using var lines = new StringReader(text);
        var inside = false;
        while (lines.ReadLine() is { } line)
        {
            line = line.Trim();
            if (line.StartsWith("---", StringComparison.Ordinal))
                inside = line.Trim('-').Trim().Equals("BEGIN " + name, StringComparison.Ordinal);
            else if (inside && line.Length > 0)
                return line;
        }

        return null;
    }
}
