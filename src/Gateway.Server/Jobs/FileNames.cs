using System.Globalization;
using System.Text;

namespace Gateway.Server.Jobs;

/// <summary>Names that users gave their files: shown, sent in headers and events, never used as a path.</summary>
internal static class FileNames
{
    private const int MaxLength = 200;

    /// <summary>The last part of a path, without what could mislead or break a header; null when nothing is left.</summary>
    public static string? Clean(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return null;

        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(Math.Min(last.Length, MaxLength));
        foreach (var rune in last.EnumerateRunes())
        {
            // Control and format characters (line feeds, right-to-left overrides); a lone surrogate arrives as U+FFFD.
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                continue;
            if (clean.Length + rune.Utf16SequenceLength > MaxLength)
                return Shorten(clean.ToString(), last);

            clean.Append(rune);
        }

        var result = clean.ToString().Trim();
        return result.Length == 0 || result.All(static c => c == '.') ? null : result;
    }

    /// <summary>Without the dot; empty when there is none.</summary>
    public static string Extension(string name) => Path.GetExtension(name).TrimStart('.');

    /// <summary>What a file made from this one is called.</summary>
    public static string ForOutput(string name, string output, string extension)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        return output is JobOutputs.Result ? $"{stem}.{extension}" : $"{stem}-{output}.{extension}";
    }

    /// <summary>Keeps the extension: it says what the file is.</summary>
    private static string Shorten(string begin, string whole)
    {
        var extension = Path.GetExtension(whole);
        return extension.Length is > 0 and <= 10 ? begin[..^extension.Length] + extension : begin;
    }
}
