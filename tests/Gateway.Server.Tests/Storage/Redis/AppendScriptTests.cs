using Gateway.Server.Storage.Redis;
using StackExchange.Redis;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>What the script promises to a writer that repeats itself or comes late.</summary>
public sealed class AppendScriptTests(SharedRedis redis) : IClassFixture<SharedRedis>, IAsyncDisposable
{
    private const long Now = 1_800_000_000_000;
    private readonly TestRedis _redis = new(redis.Server);

    [Fact]
    public async Task A_group_that_is_repeated_is_answered_as_the_first_time()
    {
        var epoch = await OpenAsync();
        Assert.Equal("1,2", await AppendAsync("w:1", epoch, 0, "a", "b"));
        Assert.Equal("1,2", await AppendAsync("w:1", epoch, 0, "a", "b"));
        Assert.Equal(2, await LengthAsync());
    }

    [Fact]
    public async Task A_group_that_comes_after_a_later_one_stores_nothing()
    {
        var epoch = await OpenAsync();
        await AppendAsync("w:1", epoch, 0, "a");
        await AppendAsync("w:2", epoch, 1, "b");
        Assert.Equal("0", await AppendAsync("w:1", epoch, 0, "a"));
        Assert.Equal("0", await AppendAsync("w:3", epoch - 1, 2, "c"));
        Assert.Equal(2, await LengthAsync());
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private RedisKey[] RoomKeys()
    {
        var keys = new RedisKey[RedisKeys.KeysPerRoom];
        _redis.Connection.Keys.OfRoom(7, "chat:a", keys);
        return keys;
    }

    private async Task<long> OpenAsync() =>
        ((long[])(await _redis.Connection.EvaluateAsync(RedisScript.Open, RoomKeys(), [0, 0, 60_000], TimeSpan.FromSeconds(10))).Result!)![0];

    private async Task<string> AppendAsync(string id, long epoch, long head, params string[] bodies)
    {
        RedisKey[] keys = [_redis.Connection.Keys.Lease(7), _redis.Connection.Keys.Group(7), .. RoomKeys()];
        RedisValue[] values = [id, 0, Now, 1, epoch, head, 100, 100_000, 3_600_000, 60_000, 100, .. bodies.SelectMany(static body => new RedisValue[] { 1, "", Now, body })];
        return (string)(await _redis.Connection.EvaluateAsync(RedisScript.Append, keys, values, TimeSpan.FromSeconds(10))).Result!;
    }

    private async Task<long> LengthAsync()
    {
        var stream = RoomKeys()[1];
        return (long)(await _redis.Connection.CallAsync("test", database => database.ExecuteAsync("XLEN", stream), TimeSpan.FromSeconds(10))).Result!;
    }
}
