using System.Buffers;
using System.Text;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Tests.Protocol;

/// <summary>Reads operations until the bytes end and writes each down as a line, for tables to compare with.</summary>
internal static class OperationText
{
    public static readonly ProtocolLimits Limits = new(MaxLineBytes: 200, MaxMessageBytes: 1000);

    /// <summary>All operations, and what stopped the reading: <c>more</c> or <c>!fault</c>; nothing when all was read.</summary>
    public static string Read(ReadOnlySequence<byte> input, ProtocolLimits? limits = null)
    {
        using var reader = new OperationReader(limits ?? Limits);
        var text = new StringBuilder();
        while (!input.IsEmpty)
        {
            var before = input.Length;
            var status = reader.TryRead(ref input, out var operation);
            if (text.Length > 0)
                text.Append(" | ");
            if (status == ParseStatus.NeedMore)
            {
                Assert.True(reader.Needed > before, $"{reader.Needed} bytes are needed, but there are {before}.");
                return text.Append("more").ToString();
            }

            if (status == ParseStatus.Malformed)
                return text.Append('!').Append(operation.Fault).ToString();
            Assert.True(input.Length < before);
            text.Append(Describe(operation));
        }

        return text.ToString();
    }

    private static string Describe(in ServerOperation operation) => operation.Kind == OperationKind.Message
        ? $"Message {Show(operation.Subject)} {operation.SubscriptionId} [{Show(operation.ReplyTo)}] [{Show(operation.Headers)}] [{Show(operation.Payload)}]"
        : operation.Text.IsEmpty ? operation.Kind.ToString() : $"{operation.Kind} [{Show(operation.Text)}]";

    private static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes).Replace("\r\n", "~");
}
