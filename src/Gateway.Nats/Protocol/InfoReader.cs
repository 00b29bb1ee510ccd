using System.Text.Json;

namespace Gateway.Nats.Protocol;

/// <summary>Reads the JSON of INFO: the fields a client needs, whatever else is there.</summary>
internal static class InfoReader
{
    /// <summary>False when it is no JSON object, or a field has another type than the protocol says.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ServerInfo info)
    {
        info = new ServerInfo();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                info = ReadField(ref reader, info);
            return reader.TokenType == JsonTokenType.EndObject && info.MaxPayloadBytes > 0;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static ServerInfo ReadField(ref Utf8JsonReader reader, ServerInfo info)
    {
        var name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "server_id":
                return info with { ServerId = reader.GetString() ?? "" };
            case "server_name":
                return info with { Name = reader.GetString() ?? "" };
            case "version":
                return info with { Version = reader.GetString() ?? "" };
            case "cluster":
                return info with { Cluster = reader.GetString() };
            case "headers":
                return info with { HasHeaders = reader.GetBoolean() };
            case "max_payload":
                return info with { MaxPayloadBytes = (int)Math.Clamp(reader.GetInt64(), 0, int.MaxValue) };
            case "client_id":
                return info with { ClientId = reader.GetInt64() };
            case "auth_required":
                return info with { RequiresAuthentication = reader.GetBoolean() };
            case "tls_required":
                return info with { RequiresTls = reader.GetBoolean() };
            case "tls_available":
                return info with { OffersTls = reader.GetBoolean() };
            case "ldm":
                return info with { IsLameDuck = reader.GetBoolean() };
            case "nonce":
                return info with { Nonce = reader.GetString() };
            case "connect_urls":
                return info with { ConnectUrls = ReadStrings(ref reader) };
            default:
                reader.Skip();
                return info;
        }
    }

    private static string[] ReadStrings(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return [];
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException("connect_urls is no array.");
        var strings = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            strings.Add(reader.GetString() ?? "");
        return [.. strings];
    }
}
