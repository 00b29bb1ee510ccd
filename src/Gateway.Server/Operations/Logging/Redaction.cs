using System.Text.RegularExpressions;

namespace Gateway.Server.Operations.Logging;

/// <summary>
/// Takes secrets out of what is logged, whoever logs it: values of query parameters that are credentials, bearer headers, and anything that looks like a JWT.
/// The last line of defence; code should not log them in the first place.
/// </summary>
internal static partial class Redaction
{
    // Linear in the text whatever an attacker puts in it: no part of a pattern can match what the next one begins with.
    private const int TimeoutMilliseconds = 1000;

    public static string Apply(string text)
    {
        if (text.Contains('=', StringComparison.Ordinal))
            text = QueryValue().Replace(text, "${name}=***");
        if (text.Contains("bearer", StringComparison.OrdinalIgnoreCase))
            text = Bearer().Replace(text, "${name} ***");
        if (text.Contains("eyJ", StringComparison.Ordinal))
            text = WebToken().Replace(text, "***");
        return text;
    }

    /// <summary>Whether a log field of this name is a credential itself.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    // No boundary before the word: access_token, idToken and X-Sig are meant too.
    [GeneratedRegex("""(?<name>token|ticket|sig|signature|password|secret|api_?key)=[^&\s"'<>#;]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex QueryValue();

    [GeneratedRegex("(?:token|ticket|sig|signature|password|secret|api_?key)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex SecretName();

    [GeneratedRegex("""(?<name>bearer)(?:\s|%20|\+)+[A-Za-z0-9._~+/=-]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Bearer();

    [GeneratedRegex("""eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex WebToken();
}
