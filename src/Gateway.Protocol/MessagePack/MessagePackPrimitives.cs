namespace Gateway.Protocol.MessagePack;

/// <summary>
/// MessagePack, one value at a time, on spans, without state: what <see cref="MessagePackReader"/> and
/// <see cref="MessagePackWriter"/> are made of.
/// </summary>
/// <remarks>
/// <para>
/// Source: <see href="https://github.com/msgpack/msgpack/blob/master/spec.md">the MessagePack specification</see>; each
/// method is headed by the layout of what it reads or writes. All numbers are big-endian.
/// </para>
/// <para>
/// Reading accepts every encoding whose value fits (a uint 64 that holds 5 is read as an <see cref="int"/>); writing
/// takes the shortest one. On any status but <see cref="DecodeStatus.Success"/> the value and the size are the default.
/// Writing returns false, and writes nothing, when the destination is too short. Nothing here allocates, and no input
/// makes a reading method throw.
/// </para>
/// <para>Hot path; measured by <c>MessagePackReaderBenchmarks</c> and <c>MessagePackWriterBenchmarks</c>.</para>
/// </remarks>
public static partial class MessagePackPrimitives;
