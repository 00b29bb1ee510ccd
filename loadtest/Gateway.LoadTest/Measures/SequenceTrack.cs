namespace Gateway.LoadTest.Measures;

/// <summary>The last sequence that one member of a room has of each of the room's publishers.</summary>
internal class SequenceTrack
{
    private uint[] _last = [];

    public ref uint LastOf(int slot)
    {
        if (slot >= _last.Length)
            Array.Resize(ref _last, slot + 1);
        return ref _last[slot];
    }
}
