using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Sessions;

/// <summary>Writes one frame with the id it will be answered under.</summary>
internal delegate void FrameWrite(ref MessagePackWriter writer, int id);
