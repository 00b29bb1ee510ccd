using System.Security.Cryptography;
using System.Text;

namespace Gateway.Server.Storage.Redis;

/// <summary>A script that Redis runs, by its name for metrics.</summary>
internal sealed record RedisScript(string Name, string Text)
{
    public static readonly RedisScript Append = Load("append");
    public static readonly RedisScript Open = Load("open");
    public static readonly RedisScript Read = Load("read");
    public static readonly RedisScript Acquire = Load("acquire");
    public static readonly RedisScript Renew = Load("renew");
    public static readonly RedisScript Release = Load("release");
    public static readonly RedisScript Lease = Load("lease");

    public static readonly RedisScript Revoke = Load("revoke");

    /// <summary>By which Redis knows it.</summary>
    public byte[] Hash { get; } = HashOf(Text);

#pragma warning disable CA5350 // Redis names scripts by their SHA-1.
    private static byte[] HashOf(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    private static RedisScript Load(string name)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"Redis.{name}.lua")!;
        using var reader = new StreamReader(stream);
        return new RedisScript(name, reader.ReadToEnd());
    }
}
