namespace Gateway.LoadTest.Measures;

/// <summary>
/// Whether members got every message of each publisher once and in order. Keeps the last sequence of each (member, publisher) and, which is
/// rare, the sequences that were skipped.
/// </summary>
internal sealed class SequenceCheck
{
    // A server that loses everything must not take this process with it.
    private const int MaxHoles = 1_000_000;

    private readonly HashSet<(SequenceTrack Track, int Slot, uint Sequence)> _holes = [];

    /// <summary>The same message again.</summary>
    public long Duplicates { get; private set; }

    /// <summary>A message that came after a later one of the same publisher.</summary>
    public long Reordered { get; private set; }

    /// <summary>Skipped and not come since.</summary>
    public long Holes => _holes.Count + UnkeptHoles;

    private long UnkeptHoles { get; set; }

    /// <summary>Takes a message in.</summary>
    /// <returns>False when it is a duplicate.</returns>
    public bool Add(SequenceTrack track, int slot, uint sequence)
    {
        ref var last = ref track.LastOf(slot);
        if (sequence == last + 1)
        {
            last = sequence;
            return true;
        }

        if (sequence > last)
        {
            for (var skipped = last + 1; skipped < sequence; skipped++)
            {
                if (_holes.Count < MaxHoles)
                    _holes.Add((track, slot, skipped));
                else
                    UnkeptHoles++;
            }

            last = sequence;
            return true;
        }

        if (_holes.Remove((track, slot, sequence)))
        {
            Reordered++;
            return true;
        }

        Duplicates++;
        return false;
    }

    /// <summary>How many of the messages that a publisher got acknowledged a member does not have (yet).</summary>
    /// <param name="track">The member's.</param>
    /// <param name="slot">The publisher.</param>
    /// <param name="published">Its highest sequence.</param>
    public static long Behind(SequenceTrack track, int slot, uint published) => Math.Max(0, (long)published - track.LastOf(slot));
}
