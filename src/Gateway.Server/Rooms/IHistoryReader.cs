namespace Gateway.Server.Rooms;

/// <summary>Waits for a page of history.</summary>
internal interface IHistoryReader
{
    /// <summary>Called on the room's home lane, which may not be the reader's: it passes the answer on to its own. Takes over the page's references.</summary>
    void OnHistoryRead(HistoryRead read);
}
