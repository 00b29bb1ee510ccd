using Gateway.Protocol.Frames;

namespace Gateway.Server.Connections;

/// <summary>What a service answers: a payload (one MessagePack value), or an error code with a sentence.</summary>
internal readonly record struct RequestAnswer(ReadOnlyMemory<byte> Payload, ErrorCode? Error, string? Sentence)
{
    public static RequestAnswer Of(ReadOnlyMemory<byte> payload) => new(payload, null, null);

    public static RequestAnswer UnknownMethod(string service, string method) =>
        new(default, ErrorCode.UnknownService, $"The service '{service}' has no method '{method}'.");

    public static RequestAnswer Refused(string sentence) => new(default, ErrorCode.RequestFailed, sentence);
}
