namespace Gateway.Server.Rooms;

/// <summary>The forms in which one room message may go out. A form is made at most once a lane and turn, however many members want it.</summary>
internal enum WireEncoding
{
    MessagePack = 0,
    Json = 1,
    MessagePackDeflate = 2,
    JsonDeflate = 3,
}
