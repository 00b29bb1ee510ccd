namespace Gateway.Server.Rooms;

/// <summary>How many bytes of kept messages the rooms of one lane hold together. Belongs to the lane.</summary>
internal sealed class KeptBudget(long maxBytes)
{
    public long UsedBytes { get; private set; }

    public bool TryTake(int bytes)
    {
        if (UsedBytes + bytes > maxBytes)
            return false;
        UsedBytes += bytes;
        return true;
    }

    public void GiveBack(int bytes) => UsedBytes -= bytes;
}
