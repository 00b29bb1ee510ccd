namespace Gateway.Server.Connections.Admitting;

/// <summary>What a node may have too little of.</summary>
internal enum LoadMark
{
    Memory,
    Cpu,
}
