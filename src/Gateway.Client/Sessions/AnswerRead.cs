using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>Reads the answer to a call; false when the frame is not what the protocol promises.</summary>
internal delegate bool AnswerRead<T>(in RawFrame frame, out T value);
