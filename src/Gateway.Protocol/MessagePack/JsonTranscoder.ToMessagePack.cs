using System.Buffers;
using System.Text.Json;

namespace Gateway.Protocol.MessagePack;

public sealed partial class JsonTranscoder
{
    /// <summary>Translates the JSON value at the start of the input to MessagePack.</summary>
    /// <param name="json">Starts with the value, white space in front of it allowed; what follows it is not looked at.</param>
    /// <param name="messagePack">Gets the MessagePack value if and only if the result is <see cref="JsonTranscodeStatus.Success"/>.</param>
    /// <param name="consumed">The bytes the value took, white space in front of it included; 0 on failure.</param>
    public JsonTranscodeStatus ToMessagePack(ReadOnlySpan<byte> json, IBufferWriter<byte> messagePack, out int consumed)
    {
        ArgumentNullException.ThrowIfNull(messagePack);
        consumed = 0;
        if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            return JsonTranscodeStatus.Empty;

        try
        {
            var status = SurveyJson(json, out var length);
            if (status != JsonTranscodeStatus.Success)
                return status;

            // A value can still turn out wrong half-way ({"$bin":"?"}), so it is finished here before the caller gets any of it.
            var writer = new MessagePackWriter(_output);
            status = WriteMessagePack(json[..length], ref writer);
            if (status != JsonTranscodeStatus.Success)
                return status;

            writer.Flush();
            messagePack.Write(_output.WrittenSpan);
            consumed = length;
            return JsonTranscodeStatus.Success;
        }
        finally
        {
            Trim();
        }
    }

    private Utf8JsonReader ReaderOver(ReadOnlySpan<byte> json) => new(json, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions
    {
        // One more than we allow, so that it is we who refuse: with TooDeep and without an exception.
        MaxDepth = _jsonLevels.Length + 1,
        AllowMultipleValues = true,
    }));

    /// <summary>
    /// Checks grammar, strings and depth of the value, and notes how many elements or entries each array and object has, in the
    /// order of their first bytes: MessagePack has the count in front.
    /// </summary>
    private JsonTranscodeStatus SurveyJson(ReadOnlySpan<byte> json, out int length)
    {
        length = 0;
        var reader = ReaderOver(json);
        var depth = 0;
        try
        {
            do
            {
                if (!reader.Read())
                    return JsonTranscodeStatus.Malformed;
                var token = reader.TokenType;
                if (token is JsonTokenType.EndArray or JsonTokenType.EndObject)
                {
                    depth--;
                    continue;
                }

                // An object counts its keys, an array its values.
                if (depth > 0 && _jsonLevels[depth - 1] is var parent && parent.IsObject == (token == JsonTokenType.PropertyName))
                    _counts[parent.Index]++;

                if (token is JsonTokenType.StartArray or JsonTokenType.StartObject)
                {
                    if (depth == _jsonLevels.Length)
                        return JsonTranscodeStatus.TooDeep;
                    _jsonLevels[depth++] = (token == JsonTokenType.StartObject, _counts.Count);
                    _counts.Add(0);
                }
                else if (token is JsonTokenType.PropertyName or JsonTokenType.String && !JsonStrings.IsUnicode(ref reader))
                {
                    return JsonTranscodeStatus.Malformed;
                }
            }
            while (depth > 0);
        }
        catch (JsonException)
        {
            return JsonTranscodeStatus.Malformed;
        }

        if (reader.BytesConsumed > MaxInputBytes)
            return JsonTranscodeStatus.TooLarge;
        length = (int)reader.BytesConsumed;
        return JsonTranscodeStatus.Success;
    }

    private JsonTranscodeStatus WriteMessagePack(ReadOnlySpan<byte> json, ref MessagePackWriter writer)
    {
        var reader = ReaderOver(json);
        var depth = 0;
        var opened = 0;
        var messagePackDepth = 0;
        do
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    var kind = _levels[--depth].Kind;
                    if (kind == LevelKind.Pairs)
                        reader.Read(); // the } of {"$map":[…]}
                    if (kind != LevelKind.Pair)
                        messagePackDepth--;
                    continue;
                case JsonTokenType.PropertyName:
                    writer.WriteStringUtf8(KeyOf(ref reader, _levels[depth - 1].IsEscaped));
                    continue;
            }

            var isContainer = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
            var count = isContainer ? _counts[opened++] : 0;
            if (depth > 0 && _levels[depth - 1].Kind == LevelKind.Pairs)
            {
                if (reader.TokenType != JsonTokenType.StartArray || count != 2)
                    return JsonTranscodeStatus.Malformed;
                _levels[depth++] = new Level { Kind = LevelKind.Pair };
                continue;
            }

            var status = JsonTranscodeStatus.Success;
            var levelKind = LevelKind.Array;
            if (!isContainer)
                status = WriteScalar(ref reader, ref writer);
            else if (reader.TokenType == JsonTokenType.StartObject)
                status = OpenObject(ref reader, ref writer, ref count, ref opened, out levelKind, out isContainer);

            if (status != JsonTranscodeStatus.Success)
                return status;
            if (!isContainer)
                continue;
            if (messagePackDepth++ == _maxDepth)
                return JsonTranscodeStatus.TooDeep;
            if (levelKind == LevelKind.Array)
                writer.WriteArrayHeader(count);
            else
                writer.WriteMapHeader(count);
            _levels[depth++] = new Level { Kind = levelKind, IsEscaped = count == 1 };
        }
        while (depth > 0);

        return JsonTranscodeStatus.Success;
    }

    /// <summary>
    /// Behind a <c>{</c>: writes what a <c>$</c> object stands for, to its end, or says what is to be opened. For
    /// <c>{"$map":[</c> the reader moves behind the <c>[</c>, and <paramref name="count"/> becomes its number of pairs.
    /// </summary>
    private JsonTranscodeStatus OpenObject(
        ref Utf8JsonReader reader, ref MessagePackWriter writer, ref int count, ref int opened, out LevelKind kind, out bool isContainer)
    {
        kind = LevelKind.Map;
        isContainer = true;
        if (count != 1)
            return JsonTranscodeStatus.Success;

        var ahead = reader;
        ahead.Read();
        if (ahead.ValueTextEquals("$map"u8))
        {
            reader = ahead;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                return JsonTranscodeStatus.Malformed;
            kind = LevelKind.Pairs;
            count = _counts[opened++];
            return JsonTranscodeStatus.Success;
        }

        bool isRight;
        if (ahead.ValueTextEquals("$bin"u8))
            isRight = TryWriteBinary(ref ahead, ref writer);
        else if (ahead.ValueTextEquals("$time"u8))
            isRight = TryWriteTime(ref ahead, ref writer);
        else if (ahead.ValueTextEquals("$float"u8))
            isRight = TryWriteFloat(ref ahead, ref writer);
        else if (ahead.ValueTextEquals("$ext"u8))
            isRight = TryWriteExtension(ref ahead, ref writer, ref opened);
        else
            return JsonTranscodeStatus.Success;

        isContainer = false;
        if (!isRight)
            return JsonTranscodeStatus.Malformed;
        reader = ahead;
        reader.Read(); // the }
        return JsonTranscodeStatus.Success;
    }
}
