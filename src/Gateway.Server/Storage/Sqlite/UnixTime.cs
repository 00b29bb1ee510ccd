namespace Gateway.Server.Storage.Sqlite;

/// <summary>Times as the tables hold them: Unix milliseconds.</summary>
internal static class UnixTime
{
    public static DateTimeOffset ToTime(this long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? ToTime(this long? milliseconds) => milliseconds?.ToTime();

    public static long ToUnix(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
