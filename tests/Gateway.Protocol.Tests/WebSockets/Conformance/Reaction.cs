using System.Text;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>
/// What an echo endpoint must do: the frames it sends in order, then the code of its close frame (1005: a close frame without a code)
/// followed by the end of the connection, or null if the connection stays open.
/// </summary>
internal sealed record Reaction(IReadOnlyList<ServerFrame> Frames, int? CloseCode)
{
    public static Reaction Open(params ServerFrame[] frames) => new(frames, null);

    public static Reaction Closed(int code, params ServerFrame[] frames) => new(frames, code);

    public static ServerFrame Text(string text) => new(1, Encoding.UTF8.GetBytes(text));

    public static ServerFrame Binary(byte[] payload) => new(2, payload);

    public static ServerFrame Pong(string payload = "") => new(10, Encoding.UTF8.GetBytes(payload));

    public override string ToString() => $"[{string.Join(' ', Frames)}] {(CloseCode is { } code ? $"close {code}" : "open")}";
}
