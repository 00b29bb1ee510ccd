using System.Buffers;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Cluster;

/// <summary>
/// A beat on the wire: a MessagePack array <c>[1, name, incarnation, sequence, state, ring, refuses, [shard, epoch, shard, epoch, …], url]</c>; <c>url</c> is nil, or missing, where there is none. A reader takes more fields than it knows, so that later
/// versions may append some; the first one changes only when nodes of both kinds must not see each other.
/// </summary>
internal static class BeatCodec
{
    public const int Version = 1;
    public const int MaxNameBytes = 512;
    public const int MaxUrlBytes = 2048;
    private const int FieldCount = 9;

    // Nodes of the first release end with the shards.
    private const int LeastFieldCount = 8;

    public static byte[] Encode(Beat beat)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (beat.Shards.Count * 12));
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(FieldCount);
        writer.WriteInt(Version);
        writer.WriteString(beat.Node.Name);
        writer.WriteInt(beat.Node.Incarnation);
        writer.WriteInt(beat.Sequence);
        writer.WriteInt((int)beat.State);
        writer.WriteUInt(beat.RingFingerprint);
        writer.WriteInt(beat.Refuses);
        writer.WriteArrayHeader(beat.Shards.Count * 2);
        foreach (var shard in beat.Shards)
        {
            writer.WriteInt(shard.Shard);
            writer.WriteInt(shard.Epoch);
        }

        if (beat.PublicUrl is null)
            writer.WriteNil();
        else
            writer.WriteString(beat.PublicUrl);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>False for anything that is no beat of this version.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Beat? beat)
    {
        beat = null;
        var reader = new MessagePackReader(bytes);
        if (!reader.TryReadArrayHeader(out var fields) || fields < LeastFieldCount || !reader.TryReadInt64(out var version) || version != Version
            || !reader.TryReadString(out var nameBytes) || nameBytes.Length is 0 or > MaxNameBytes
            || !reader.TryReadInt64(out var incarnation) || incarnation < 0 || !reader.TryReadInt64(out var sequence) || !reader.TryReadInt64(out var state)
            || state is < (int)MemberState.Joining or > (int)MemberState.Left || !reader.TryReadUInt64(out var ring) || !reader.TryReadInt64(out var refuses)
            || !reader.TryReadArrayHeader(out var count) || count > ILeases.ShardCount * 2 || count % 2 != 0)
        {
            return false;
        }

        var shards = new ShardEpoch[count / 2];
        for (var i = 0; i < shards.Length; i++)
        {
            if (!reader.TryReadInt64(out var shard) || shard is < 0 or >= ILeases.ShardCount || !reader.TryReadInt64(out var epoch) || epoch <= 0)
                return false;
            shards[i] = new ShardEpoch((int)shard, epoch);
        }

        string? url = null;
        if (fields >= FieldCount && !reader.TryReadNil())
        {
            if (!reader.TryReadString(out var urlBytes) || urlBytes.Length is 0 or > MaxUrlBytes)
                return false;
            url = System.Text.Encoding.UTF8.GetString(urlBytes);
        }

        beat = new Beat(new NodeId(System.Text.Encoding.UTF8.GetString(nameBytes), incarnation), sequence, (MemberState)state, ring, refuses, shards, url);
        return true;
    }
}
