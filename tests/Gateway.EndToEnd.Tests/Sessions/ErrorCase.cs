using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Sessions;

/// <summary>One row of the table of errors: what a client says and which error it must get.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Frames">Frames as JSON; the connection has joined chat:errors and been welcomed as a user before.</param>
/// <param name="Code">The error.</param>
/// <param name="Id">The id in the error.</param>
internal sealed record ErrorCase(string Name, string Frames, ErrorCode Code, int Id)
{
    public override string ToString() => $"{(int)Code} {Name}";
}
