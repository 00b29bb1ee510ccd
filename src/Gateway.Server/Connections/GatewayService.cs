using System.Buffers;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Connections;

/// <summary>The built-in service <c>gateway</c>: <c>time</c> (milliseconds since 1970), <c>whoami</c> (user, name, roles), <c>echo</c> (the payload).</summary>
internal sealed class GatewayService(TimeProvider time) : IRequestService
{
    public string Name => "gateway";

    public ValueTask<RequestAnswer> AnswerAsync(ServiceRequest request, CancellationToken cancellationToken) => new(request.Method switch
    {
        "time" => RequestAnswer.Of(Time()),
        "whoami" => RequestAnswer.Of(WhoAmI(request)),
        "echo" => RequestAnswer.Of(request.Payload),
        _ => RequestAnswer.UnknownMethod(request.Service, request.Method),
    });

    private static ReadOnlyMemory<byte> WhoAmI(ServiceRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        writer.WriteString("connection");
        writer.WriteString(request.ConnectionId);
        writer.WriteString("user");
        WriteNullable(ref writer, request.Caller?.UserId);
        writer.WriteString("name");
        WriteNullable(ref writer, request.Caller?.Name);
        writer.WriteString("roles");
        var roles = request.Caller?.Roles ?? [];
        writer.WriteArrayHeader(roles.Count);
        foreach (var role in roles)
        {
            writer.WriteString(role);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    private static void WriteNullable(ref MessagePackWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteNil();
        }
        else
        {
            writer.WriteString(value);
        }
    }

    private ReadOnlyMemory<byte> Time()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteInt(time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.Flush();
        return output.WrittenMemory;
    }
}
