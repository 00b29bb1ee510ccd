using Gateway.Protocol.Frames;

namespace Gateway.Server.Backends.Api;

/// <summary>What a call of the API is answered: one MessagePack value, or an error.</summary>
/// <param name="Sentence">Of an error; in plain ASCII without quotes, as it goes into JSON as it is.</param>
internal readonly record struct ApiAnswer(ReadOnlyMemory<byte> Value, ErrorCode Error, string Sentence)
{
    public static ApiAnswer Of(ReadOnlyMemory<byte> value) => new(value, ErrorCode.None, "");

    public static ApiAnswer Failed(ErrorCode error) => new(default, error, error.Sentence());

    public static ApiAnswer Failed(ErrorCode error, string sentence) => new(default, error, sentence);
}
