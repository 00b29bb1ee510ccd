namespace Gateway.Nats.Protocol;

/// <summary>What a server may send at most.</summary>
/// <param name="MaxLineBytes">Of an operation's line without its CR LF. The longest is INFO, which names all servers of a cluster.</param>
/// <param name="MaxMessageBytes">Of a message's headers and payload together.</param>
internal readonly record struct ProtocolLimits(int MaxLineBytes, int MaxMessageBytes)
{
    /// <summary>Some 10,000 addresses of servers; subjects are bounded by the servers themselves to 4 KiB.</summary>
    public const int DefaultMaxLineBytes = 256 * 1024;
}
