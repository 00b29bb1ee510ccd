using System.Buffers;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Sets the client's own presence state in a room.</summary>
/// <remarks><c>[19, id int, room str or int, state str, data any]</c>, sent by clients.</remarks>
public readonly ref struct StateFrame : IFrame<StateFrame>
{
    private static readonly SearchValues<byte> StateBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-"u8);

    /// <inheritdoc/>
    public static Op Op => Op.State;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The room.</summary>
    public RoomReference Room { get; init; }

    /// <summary><c>active</c>, <c>viewing</c>, <c>typing</c> or another of <c>[a-z-]</c>.</summary>
    public ReadOnlySpan<byte> State { get; init; }

    /// <summary>One MessagePack value that goes with it.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out StateFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryRoom(out var room)
            && fields.TryText(out var state, 1, FrameLimits.MaxStateBytes)
            && !state.ContainsAnyExcept(StateBytes)
            && fields.TryAny(out var data)
            && data.Length <= FrameLimits.MaxStateDataBytes)
        {
            value = new StateFrame
            {
                Id = id,
                Room = room,
                State = state,
                Data = data,
            };
            error = ErrorCode.None;
            return true;
        }

        value = default;
        error = fields.Error;
        return false;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        var fields = FieldWriter.Count(3, FieldWriter.IsPresent(Data));
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        Room.Write(ref writer);
        writer.WriteStringUtf8(State);
        if (fields > 3)
            FieldWriter.Raw(ref writer, Data);
    }
}
