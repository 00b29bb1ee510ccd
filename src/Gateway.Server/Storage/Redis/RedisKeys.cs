using System.Globalization;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>
/// The names of all keys. What belongs to a shard has the same hash tag, <c>{prefix:shard}</c>: so one script may touch all of it, and a Redis Cluster spreads the shards.
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    /// <summary>What a script of <see cref="RedisHistory"/> is given for a room.</summary>
    public const int KeysPerRoom = 4;

    public RedisKey Lease(int shard) => Tag(shard) + ":lease";

    /// <summary>The last group that was written, with its answer.</summary>
    public RedisKey Group(int shard) => Tag(shard) + ":group";

    /// <summary>Writes the keys of a room: meta, stream, idempotency keys, older ones.</summary>
    public void OfRoom(int shard, string room, Span<RedisKey> keys)
    {
        var tag = Tag(shard);
        keys[0] = tag + ":meta:" + room;
        keys[1] = tag + ":log:" + room;
        keys[2] = tag + ":keys:" + room;
        keys[3] = tag + ":keys-older:" + room;
    }

    public RedisKey Ticket(string hash) => "{" + prefix + ":tickets}:" + hash;

    public RedisKey RevokedToken(string id) => "{" + prefix + ":revoked}:token:" + id;

    public RedisKey RevokedUser(string user) => "{" + prefix + ":revoked}:user:" + user;

    public RedisKey LateRevocations => "{" + prefix + ":revoked}:late";

    /// <summary>Where nodes tell each other of revocations.</summary>
    public string RevocationChannel => prefix + ":revocations";

    private string Tag(int shard) => string.Create(CultureInfo.InvariantCulture, $"{{{prefix}:{shard}}}");
}
