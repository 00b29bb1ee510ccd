using System.Buffers;
using System.Text.Json;
using Gateway.Nats.Authentication;

namespace Gateway.Nats.Protocol;

/// <summary>Writes <c>CONNECT {json} CRLF PING CRLF</c>: the PONG (or -ERR) to it says whether we were let in.</summary>
internal static class ConnectWriter
{
    private static readonly string Version = typeof(ConnectWriter).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static ReadOnlyMemory<byte> Write(string name, bool echo, bool tls, bool headers, ConnectProof proof)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("CONNECT "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteBoolean("verbose"u8, value: false);
            json.WriteBoolean("pedantic"u8, value: false);
            json.WriteBoolean("tls_required"u8, tls);
            json.WriteString("name"u8, name);
            json.WriteString("lang"u8, "csharp-gateway"u8);
            json.WriteString("version"u8, Version);

            // 1: the server may send INFO again, with other servers and lame duck notices.
            json.WriteNumber("protocol"u8, 1);
            json.WriteBoolean("echo"u8, echo);

            // Without headers a server has no way to say that nobody responds, and refuses who asks for it.
            json.WriteBoolean("headers"u8, headers);
            json.WriteBoolean("no_responders"u8, headers);
            WriteText(json, "auth_token", proof.Token);
            WriteText(json, "user", proof.User);
            WriteText(json, "pass", proof.Password);
            WriteText(json, "jwt", proof.Jwt);
            WriteText(json, "nkey", proof.PublicKey);
            WriteText(json, "sig", proof.Signature);
            json.WriteEndObject();
        }

        output.Write("\r\n"u8);
        output.Write(ProtocolWriter.Ping);
        return output.WrittenMemory;
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
