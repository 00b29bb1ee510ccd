namespace Gateway.Server.Operations.Settings;

/// <summary>How far apart two names are, for "did you mean".</summary>
internal static class EditDistance
{
    /// <summary>The candidate that was most likely meant, or null when none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var (nearest, least) = ((string?)null, Math.Max(2, name.Length / 3) + 1);
        foreach (var candidate in candidates)
        {
            var distance = Between(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    public static int Between(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
