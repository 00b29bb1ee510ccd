namespace Gateway.Server.Lanes;

/// <summary>Something that gathers work during a turn of its lane and hands it on once, at the turn's end.</summary>
internal interface ILaneFlush
{
    void Flush();
}
