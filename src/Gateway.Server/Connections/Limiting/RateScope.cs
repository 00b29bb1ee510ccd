namespace Gateway.Server.Connections.Limiting;

/// <summary>For whom a rate counts. The values are places in the table of limits and sentences.</summary>
internal enum RateScope
{
    Connection,
    User,
    Address,
}
