using System.Text;

namespace Gateway.Architecture.Tests;

/// <summary>Blanks comments, strings and characters out of C#, so that a rule sees code only. Line breaks stay, for line numbers.</summary>
internal static class CSharpCode
{
    public static string Strip(string text)
    {
        var code = new StringBuilder(text.Length);
        var position = 0;
        while (position < text.Length)
        {
            var end = EndOfIgnored(text, position);
            if (end == position)
            {
                code.Append(text[position++]);
                continue;
            }

            for (; position < end; position++)
                code.Append(text[position] == '\n' ? '\n' : ' ');
        }

        return code.ToString();
    }

    /// <summary>Where the comment or literal that begins here ends; the position itself when none does.</summary>
    private static int EndOfIgnored(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//"))
            return End(text, at, "\n", skip: 0);
        if (rest.StartsWith("/*"))
            return End(text, at + 2, "*/", skip: 2);
        if (rest[0] == '\'')
            return EndOfQuoted(text, at + 1, '\'');

        var prefix = 0;
        while (prefix < rest.Length && rest[prefix] is '$' or '@')
            prefix++;
        if (prefix >= rest.Length || rest[prefix] != '"')
            return at;
        if (rest[prefix..].StartsWith("\"\"\""))
        {
            var quotes = 0;
            while (prefix + quotes < rest.Length && rest[prefix + quotes] == '"')
                quotes++;
            return End(text, at + prefix + quotes, new string('"', quotes), skip: quotes);
        }

        return rest[..prefix].Contains('@') ? EndOfVerbatim(text, at + prefix + 1) : EndOfQuoted(text, at + prefix + 1, '"');
    }

    private static int End(string text, int from, string mark, int skip)
    {
        var found = text.IndexOf(mark, Math.Min(from, text.Length), StringComparison.Ordinal);
        return found < 0 ? text.Length : found + skip;
    }

    private static int EndOfQuoted(string text, int from, char quote)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == quote)
                return i + 1;
            else if (text[i] == '\n')
                return i; // Not closed on its line: nothing of ours; do not swallow the file.
        }

        return text.Length;
    }

    private static int EndOfVerbatim(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] != '"')
                continue;
            if (i + 1 < text.Length && text[i + 1] == '"')
                i++;
            else
                return i + 1;
        }

        return text.Length;
    }
}
