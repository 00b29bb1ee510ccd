using Gateway.Server.Storage.Redis;
using StackExchange.Redis;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>What the script promises to a writer that repeats itself or comes late.</summary>
public abstract class AppendScriptContract(string configuration) : IAsyncDisposable
{
    private const long Now = 1_800_000_000_000;
    private const int WindowMilliseconds = 60_000;
    private readonly TestRedis _redis = new(configuration);

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

    [Fact]
    public async Task A_key_holds_for_its_window_wherever_it_is_noted()
    {
        // The first group's keys become the older ones at once, the second's begin the younger.
        var epoch = await OpenAsync();
        Assert.Equal("1", await AppendKeysAsync("w:1", epoch, 0, Now, "a"));
        Assert.Equal("2", await AppendKeysAsync("w:2", epoch, 1, Now + 1, "b"));
        Assert.Equal("-1,-2,3,-3", await AppendKeysAsync("w:3", epoch, 2, Now + WindowMilliseconds - 1, "a", "b", "c", "c"));
        Assert.Equal("4,-2", await AppendKeysAsync("w:4", epoch, 3, Now + WindowMilliseconds, "a", "b"));
        Assert.Equal("5,-3,-4", await AppendKeysAsync("w:5", epoch, 4, Now + WindowMilliseconds + 1, "b", "c", "a"));
    }

    [Fact]
    public async Task A_group_of_more_keys_than_one_call_takes_is_remembered_whole()
    {
        var keys = Enumerable.Range(0, 2500).Select(static i => $"k{i}").ToArray();
        var epoch = await OpenAsync();
        await AppendKeysAsync("w:1", epoch, 0, Now, "first");
        Assert.Equal(string.Join(',', Enumerable.Range(2, 2500)), await AppendKeysAsync("w:2", epoch, 1, Now, keys));
        Assert.Equal(string.Join(',', Enumerable.Range(2, 2500).Select(static offset => -offset)), await AppendKeysAsync("w:3", epoch, 2501, Now, keys));
    }

    [Fact]
    public async Task All_that_is_written_has_an_end()
    {
        var epoch = await OpenAsync();
        await AppendAsync("w:1", epoch, 0, "a");
        await AppendKeysAsync("w:2", epoch, 1, Now, "older");

        // Begun while nothing else is to be prolonged.
        await AppendKeysAsync("w:3", epoch, 2, Now, "younger");
        foreach (var key in RoomKeys())
            Assert.True(await LeftAsync(key) > 0, $"{key} would stay for ever.");
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(-10_000)]
    public async Task What_is_written_to_is_prolonged_whatever_the_clocks_say(int later)
    {
        var epoch = await OpenAsync();
        await AppendKeysAsync("w:1", epoch, 0, Now, "older");
        await AppendKeysAsync("w:2", epoch, 1, Now, "a");
        var keys = RoomKeys();
        foreach (var key in keys[..3])
            await _redis.Connection.CallAsync("test", database => database.ExecuteAsync("PEXPIRE", key, 20_000), TimeSpan.FromSeconds(10));
        await AppendKeysAsync("w:3", epoch, 2, Now + later, "b");
        foreach (var key in keys[..3])
            Assert.True(await LeftAsync(key) > 20_000, $"{key} was not prolonged.");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    private RedisKey[] RoomKeys()
    {
        var keys = new RedisKey[RedisKeys.KeysPerRoom];
        _redis.Connection.Keys.OfRoom(7, "chat:a", keys);
        return keys;
    }

    private async Task<long> OpenAsync() =>
        ((long[])(await _redis.Connection.EvaluateAsync(RedisScript.Open, RoomKeys(), [0, 0, 60_000], TimeSpan.FromSeconds(10))).Result!)![0];

    private Task<string> AppendAsync(string id, long epoch, long head, params string[] bodies) =>
        AppendAsync(id, epoch, head, Now, bodies.SelectMany(static body => new RedisValue[] { 1, "", Now, body }));

    private Task<string> AppendKeysAsync(string id, long epoch, long head, long now, params string[] messageKeys) =>
        AppendAsync(id, epoch, head, now, messageKeys.SelectMany(static key => new RedisValue[] { 1, key, Now, "body" }));

    private async Task<string> AppendAsync(string id, long epoch, long head, long now, IEnumerable<RedisValue> messages)
    {
        RedisKey[] keys = [_redis.Connection.Keys.Lease(7), _redis.Connection.Keys.Group(7), .. RoomKeys()];
        RedisValue[] values = [id, 0, now, 1, epoch, head, 10_000, 10_000_000, 3_600_000, WindowMilliseconds, 10_000, .. messages];
        return (string)(await _redis.Connection.EvaluateAsync(RedisScript.Append, keys, values, TimeSpan.FromSeconds(10))).Result!;
    }

    private async Task<long> LeftAsync(RedisKey key) =>
        (long)(await _redis.Connection.CallAsync("test", database => database.ExecuteAsync("PTTL", key), TimeSpan.FromSeconds(10))).Result!;

    private async Task<long> LengthAsync()
    {
        var stream = RoomKeys()[1];
        return (long)(await _redis.Connection.CallAsync("test", database => database.ExecuteAsync("XLEN", stream), TimeSpan.FromSeconds(10))).Result!;
    }
}
