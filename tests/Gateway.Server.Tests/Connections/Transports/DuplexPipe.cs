using System.IO.Pipelines;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>One side of a connection made of two pipes.</summary>
internal sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
