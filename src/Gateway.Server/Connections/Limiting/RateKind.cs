namespace Gateway.Server.Connections.Limiting;

/// <summary>What a rate counts. The values are places in the table of limits and sentences.</summary>
internal enum RateKind
{
    Messages,
    Bytes,
    Joins,
}
