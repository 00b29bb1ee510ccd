using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Connections;

/// <summary>What connections log; event ids 1000 to 1999. Nothing above Debug for a single connection, never a token.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "Connection {Connection} of user {User} closed with {Code}, by peer: {ByPeer}, welcomed: {Welcomed}")]
    public static partial void ConnectionClosed(ILogger log, string connection, string? user, ushort code, bool byPeer, bool welcomed);

    [LoggerMessage(1001, LogLevel.Error, "A token could not be checked because of a fault")]
    public static partial void TokenCheckFailed(ILogger log, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "The owner of room {Room} could not be found out because of a fault")]
    public static partial void OwnerCheckFailed(ILogger log, string room, Exception exception);

    [LoggerMessage(1003, LogLevel.Error, "The service {Service} failed in {Method}")]
    public static partial void RequestFailed(ILogger log, string service, string method, Exception exception);

    [LoggerMessage(1004, LogLevel.Error, "A fault on lane {Lane}; what it concerned may be broken, the lane goes on")]
    public static partial void LaneFault(ILogger log, int lane, Exception exception);

    [LoggerMessage(1005, LogLevel.Information, "Drain: {Count} connections are told to go away, {PerSecond} a second")]
    public static partial void Draining(ILogger log, int count, int perSecond);

    [LoggerMessage(1006, LogLevel.Information, "Drain: {Left} connections were left at the end")]
    public static partial void Drained(ILogger log, int left);

    [LoggerMessage(1007, LogLevel.Warning, "New connections cannot be taken: the process has as many files open as it may (ulimit -n), but for those it needs itself (Gateway:Limits:SpareFiles)")]
    public static partial void FilesExhausted(ILogger log);

    [LoggerMessage(1008, LogLevel.Warning, "High water: new connections are refused for {Mark} (memory {Memory:0} %, CPU {Cpu:0} %)")]
    public static partial void Refusing(ILogger log, LoadMark mark, double memory, double cpu);

    [LoggerMessage(1009, LogLevel.Information, "Below the low water: new connections are let in again (memory {Memory:0} %, CPU {Cpu:0} %)")]
    public static partial void LettingIn(ILogger log, double memory, double cpu);

    [LoggerMessage(1010, LogLevel.Warning, "Idle anonymous connections are closed for {Mark} (memory {Memory:0} %, CPU {Cpu:0} %), {PerSecond} a second")]
    public static partial void Shedding(ILogger log, LoadMark mark, double memory, double cpu, int perSecond);

    [LoggerMessage(1011, LogLevel.Warning, "The load of the node cannot be read")]
    public static partial void LoadUnknown(ILogger log, Exception exception);

    [LoggerMessage(1012, LogLevel.Information, "Limit {Limit} changed from {Before} to {After} by {By}")]
    public static partial void LimitChanged(ILogger log, string limit, string before, string after, string by);

    [LoggerMessage(1013, LogLevel.Error, "The limits in force stay, because the configuration is wrong: {Sentences}")]
    public static partial void LimitsNotReloaded(ILogger log, string sentences);

    [LoggerMessage(1014, LogLevel.Warning, "{Limit} is {Value} in the configuration now, which takes a restart: {Because}")]
    public static partial void LimitNeedsRestart(ILogger log, string limit, string value, string because);

    [LoggerMessage(1016, LogLevel.Warning, "Drain: the tickets could not be made; for {Seconds} s clients are sent away without, and show their tokens")]
    public static partial void NoTickets(ILogger log, double seconds);

    [LoggerMessage(1015, LogLevel.Warning, "The lanes cannot speak TLS themselves, so pipes are used, which take more memory and CPU: {Reason}")]
    public static partial void NoTlsOnLanes(ILogger log, string reason);
}
