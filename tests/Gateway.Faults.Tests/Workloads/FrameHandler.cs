using Gateway.Protocol.Frames;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>Told each frame that comes, one after the other.</summary>
internal delegate void FrameHandler(in RawFrame frame);
