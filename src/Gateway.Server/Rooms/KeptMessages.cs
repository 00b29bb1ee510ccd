namespace Gateway.Server.Rooms;

/// <summary>
/// The latest transient message of each conflation key, for those who join; the oldest key goes when there are too many, and a message for which the lane's budget has no place
/// is not kept. Holds one reference each. Belongs to one lane.
/// </summary>
internal sealed class KeptMessages(int maxKeys, KeptBudget budget)
{
    // A handful of keys a room: scanned.
    private readonly List<RoomMessage> _messages = [];

    /// <summary>Valid until the next change.</summary>
    public IReadOnlyList<RoomMessage> Messages => _messages;

    public void Keep(RoomMessage message)
    {
        if (maxKeys == 0)
            return;

        var at = IndexOf(message.ConflationKey);
        if (at < 0 && _messages.Count >= maxKeys)
            at = 0;
        if (at >= 0)
            RemoveAt(at);
        if (budget.TryTake(message.SizeBytes))
            _messages.Add(message.Retain());
    }

    /// <summary>Whether this very message is kept.</summary>
    public bool Has(RoomMessage message) => IndexOf(message.ConflationKey) is >= 0 and var at && _messages[at].RelayBody.SequenceEqual(message.RelayBody);

    /// <summary>A copy with references of its own, for another lane.</summary>
    public RoomMessage[] Share() => [.. _messages.Select(static message => message.Retain())];

    public void Clear()
    {
        while (_messages.Count > 0)
            RemoveAt(_messages.Count - 1);
    }

    private int IndexOf(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _messages.Count; i++)
        {
            if (_messages[i].ConflationKey.SequenceEqual(key))
                return i;
        }

        return -1;
    }

    private void RemoveAt(int index)
    {
        var message = _messages[index];
        _messages.RemoveAt(index);
        budget.GiveBack(message.SizeBytes);
        message.Release();
    }
}
