using System.Numerics;

namespace Gateway.Server.Operations.Metrics;

/// <summary>
/// The series of one metric by their tags. Looking up takes no lock and allocates nothing: an array with open addressing, replaced as a whole
/// when it grows. Adding takes a lock. At the limit, everything new is one overflow series.
/// </summary>
/// <param name="make">Makes a series for tags and their hash.</param>
/// <param name="maxCount">Series without the overflow one.</param>
internal sealed class SeriesTable(Func<KeyValuePair<string, object?>[], int, Series> make, int maxCount)
{
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("otel.metric.overflow", true)];

    private readonly Lock _adding = new();
    private Series?[] _slots = new Series?[8]; // Power of two, at most half full, so that a probe always ends.
    private Series? _bare;
    private Series? _overflow;
    private int _count;

    public Series Get(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return Volatile.Read(ref _bare) ?? AddBare();
        var hash = HashOf(tags);
        return Find(Volatile.Read(ref _slots), tags, hash) ?? Add(tags, hash);
    }

    public IReadOnlyList<Series> Snapshot()
    {
        lock (_adding)
        {
            var all = _slots.OfType<Series>().OrderBy(series => series.Labels, StringComparer.Ordinal).ToList();
            if (_bare is not null)
                all.Insert(0, _bare);
            if (_overflow is not null)
                all.Add(_overflow);
            return all;
        }
    }

    /// <summary>Forgets what was last measured before a scrape: the things behind those labels are gone. Only for observed metrics, whose recording waits for the scrape.</summary>
    public void RemoveOlderThan(long scrape)
    {
        lock (_adding)
        {
            var kept = _slots.OfType<Series>().Where(series => series.Scrape >= scrape).ToList();
            _bare = _bare?.Scrape >= scrape ? _bare : null;
            _overflow = _overflow?.Scrape >= scrape ? _overflow : null;
            if (kept.Count == _count)
                return;
            _count = kept.Count;
            Volatile.Write(ref _slots, Build(kept, _slots.Length));
        }
    }

    private static Series? Find(Series?[] slots, ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        for (var i = hash; ; i++)
        {
            var series = Volatile.Read(ref slots[i & (slots.Length - 1)]);
            if (series is null || (series.Hash == hash && HaveSameTags(series.Tags, tags)))
                return series;
        }
    }

    private Series AddBare()
    {
        lock (_adding)
            return _bare ??= make([], 0);
    }

    private Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        lock (_adding)
        {
            if (Find(_slots, tags, hash) is { } found)
                return found;
            if (_count >= maxCount)
                return _overflow ??= make(OverflowTags, 0);

            var series = make(tags.ToArray(), hash);
            _count++;
            if (_count * 2 > _slots.Length)
                Volatile.Write(ref _slots, Build(_slots.OfType<Series>(), _slots.Length * 2));
            Put(_slots, series);
            return series;
        }
    }

    private static Series?[] Build(IEnumerable<Series> all, int length)
    {
        var slots = new Series?[length];
        foreach (var series in all)
            Put(slots, series);
        return slots;
    }

    private static void Put(Series?[] slots, Series series)
    {
        var i = series.Hash & (slots.Length - 1);
        while (slots[i] is not null)
            i = (i + 1) & (slots.Length - 1);
        Volatile.Write(ref slots[i], series);
    }

    /// <summary>The same whatever the order of the tags: callers may name them differently in different places.</summary>
    private static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = 0u;
        foreach (ref readonly var tag in tags)
        {
            var pair = (uint)tag.Key.GetHashCode(StringComparison.Ordinal) ^ BitOperations.RotateLeft((uint)(tag.Value?.GetHashCode() ?? 0), 13);
            hash += pair * 0x9E3779B1u;
        }

        return (int)(hash ^ (hash >> 15)) & int.MaxValue;
    }

    private static bool HaveSameTags(KeyValuePair<string, object?>[] left, ReadOnlySpan<KeyValuePair<string, object?>> right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            // Nearly always in the same order.
            if (!IsSame(left[i], right[i]) && !Contains(right, left[i]))
                return false;
        }

        return true;
    }

    private static bool Contains(ReadOnlySpan<KeyValuePair<string, object?>> tags, KeyValuePair<string, object?> wanted)
    {
        foreach (ref readonly var tag in tags)
        {
            if (IsSame(tag, wanted))
                return true;
        }

        return false;
    }

    private static bool IsSame(in KeyValuePair<string, object?> left, in KeyValuePair<string, object?> right) =>
        left.Key == right.Key && Equals(left.Value, right.Value);
}
