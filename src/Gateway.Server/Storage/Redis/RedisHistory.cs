using System.Globalization;
using System.Security.Cryptography;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>The histories of the rooms of one lane, in Redis: a stream for each room whose entries' ids are <c>{offset}-0</c>.</summary>
/// <remarks>
/// <para>Invariant: whatever is lost on the way, a message is stored at most once and offsets have no holes. Each group has an id and is repeated under it until it is answered
/// or the time is up; Redis remembers the last group of the shard with its answer, so a repetition is answered as the first time. A room's messages are stored only if its
/// epoch and head are what this node has given its members: so a group that was given up on and is carried out late is either found by the room when it opens again, or,
/// once the room has gone on, stores nothing.</para>
/// <para>An offset-zero id (<c>5-0</c> rather than <c>0-5</c>) lets XRANGE and XTRIM MINID take the offset as it is, and Redis itself refuses an offset twice.</para>
/// <para>Called on the lane; completes on any thread.</para>
/// </remarks>
internal sealed class RedisHistory(RedisConnection redis, Lane lane, RoomsOptions rooms, TimeProvider time, RedisMetrics metrics) : IHistory
{
    private const string FencedAnswer = "F";
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    // Beyond its messages' age a room is remembered for so long: offsets go on where they were.
    private static readonly TimeSpan MetaLife = TimeSpan.FromDays(1);

    private readonly string _writer = RandomNumberGenerator.GetHexString(16);
    private long _groups;

    public async ValueTask<HistoryHead?> OpenAsync(Room room)
    {
        var kind = room.Kind.Options;
        var life = kind.MaxHistoryAge + kind.IdempotencyWindow + MetaLife;
        var answer = await redis.EvaluateAsync(RedisScript.Open, KeysOf(room), [room.Epoch, room.GivenHead, (long)life.TotalMilliseconds], redis.Options.OperationTimeout).ConfigureAwait(false);
        if (!answer.IsAnswered)
        {
            return null;
        }

        var values = (long[])answer.Result!;
        return new HistoryHead(values[0], values[1], values[2] != 0);
    }

    // Redis forgets a room by itself.
    public void Close(Room room)
    {
    }

    public async ValueTask AppendAsync(AppendGroup group)
    {
        var heads = new Dictionary<Room, long>();
        var now = lane.UnixNow;
        for (var start = 0; start < group.Count;)
        {
            var id = _writer + ":" + Interlocked.Increment(ref _groups).ToString(CultureInfo.InvariantCulture);
            var call = AppendCall.Create(group, start, id, redis.Keys, redis.Options, rooms, heads, now);
            metrics.AddPending(call.SizeBytes);
            var (answer, mayBeStored) = await WriteAsync(call).ConfigureAwait(false);
            metrics.AddPending(-call.SizeBytes);
            if (answer is null || (answer == FencedAnswer && mayBeStored))
            {
                // What was not tried yet is surely not stored: it comes again when its rooms know where they stand.
                Fill(group, start, call.Count, AppendStatus.Unavailable);
                Fill(group, start + call.Count, group.Count - start - call.Count, AppendStatus.Behind);
                group.IsFenced = answer is not null;
                return;
            }

            if (answer == FencedAnswer)
            {
                Fill(group, start, group.Count - start, AppendStatus.Fenced);
                group.IsFenced = true;
                return;
            }

            Fill(group, call, answer, heads, mayBeStored);
            start += call.Count;
        }
    }

    public async ValueTask<HistoryPage?> ReadAsync(Room room, long after, int maxCount, int maxBytes)
    {
        var kind = room.Kind.Options;
        var number = room.Number;
        var oldest = lane.UnixNow - (long)kind.MaxHistoryAge.TotalMilliseconds;
        var answer = await redis.EvaluateAsync(
            RedisScript.Read, KeysOf(room)[..2], [after, maxCount, maxBytes, kind.MaxHistoryCount, oldest], redis.Options.OperationTimeout).ConfigureAwait(false);
        return answer.IsAnswered ? ToPage((RedisResult[])answer.Result!, after, number) : null;
    }

    // [epoch, head, first, offset, body, offset, body, ...]
    private static HistoryPage ToPage(RedisResult[] values, long after, int number)
    {
        var (epoch, head, first) = ((long)values[0], (long)values[1], (long)values[2]);
        var messages = new List<RoomMessage>((values.Length - 3) / 2);
        var next = Math.Max(after + 1, first);
        for (var i = 3; i + 1 < values.Length; i += 2)
        {
            var offset = (long)values[i];
            if (RoomMessage.Restore((byte[])values[i + 1]!, number, offset) is not { } message)
            {
                break;
            }

            if (offset > next && messages.Count > 0)
            {
                // Somebody else has taken entries out: the page ends before the hole, the next one says so.
                message.Release();
                break;
            }

            messages.Add(message);
            next = offset + 1;
        }

        if (messages.Count > 0)
        {
            first = Math.Max(first, messages[0].Offset > Math.Max(after + 1, first) ? messages[0].Offset : first);
        }
        else if (next <= head)
        {
            first = head + 1;
        }

        return new HistoryPage(epoch, head, first, messages);
    }

    // Until there is an answer or the time is up. On a connection that is open and silent there is nothing to repeat, for what was sent is still there;
    // unless another server may have taken over.
    private async Task<(string? Answer, bool MayBeStored)> WriteAsync(AppendCall call)
    {
        var started = time.GetTimestamp();
        var mayBeStored = false;
        while (true)
        {
            var left = redis.Options.AppendTimeout - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return (null, mayBeStored);
            }

            var patience = redis.HasOthers && redis.Options.OperationTimeout < left ? redis.Options.OperationTimeout : left;
            var answer = await redis.EvaluateAsync(RedisScript.Append, call.Keys, call.Values, patience).ConfigureAwait(false);
            if (answer.IsAnswered)
            {
                return ((string)answer.Result!, mayBeStored);
            }

            mayBeStored |= answer.Failure != RedisFailure.NotDone;
            if (answer.Failure == RedisFailure.Faulted)
            {
                return (null, mayBeStored);
            }

            await Task.Delay(RetryInterval, time).ConfigureAwait(false);
        }
    }

    private void Fill(AppendGroup group, AppendCall call, string answer, Dictionary<Room, long> heads, bool mayBeStored)
    {
        var (at, stored) = (0, 0);
        var text = answer.AsSpan();
        var entries = group.Entries.Slice(call.Start, call.Count);
        foreach (var part in text.Split(','))
        {
            ref var entry = ref entries[at++];
            var offset = long.Parse(text[part], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            entry.Epoch = entry.Room.Epoch;
            entry.Offset = Math.Abs(offset);
            switch (offset)
            {
                case > 0:
                    entry.Status = AppendStatus.Stored;
                    heads[entry.Room] = offset;
                    stored++;
                    break;
                case < 0:
                    entry.Status = AppendStatus.Duplicate;
                    break;
                default:
                    // An earlier try may be what moved the room's history on.
                    entry.Status = mayBeStored ? AppendStatus.Unavailable : AppendStatus.Behind;
                    break;
            }
        }

        metrics.Stored(stored);
    }

    private static void Fill(AppendGroup group, int start, int count, AppendStatus status)
    {
        foreach (ref var entry in group.Entries.Slice(start, count))
        {
            entry.Status = status;
        }
    }

    private RedisKey[] KeysOf(Room room)
    {
        var keys = new RedisKey[RedisKeys.KeysPerRoom];
        redis.Keys.OfRoom(RoomSet.ShardOf(room.Name), room.Name, keys);
        return keys;
    }
}
