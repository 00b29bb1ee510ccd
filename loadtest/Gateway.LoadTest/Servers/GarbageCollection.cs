using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.LoadTest.Servers;

/// <summary>
/// Has a .NET process collect its garbage, as dotnet-gcdump does: through its diagnostics socket, by an EventPipe session with the keyword
/// GCHeapCollect, which the runtime answers with a full blocking collection. The gateway needs nothing for it.
/// </summary>
/// <remarks>
/// dotnet/diagnostics, documentation/design-docs/ipc-protocol.md:
/// <code>
/// magic "DOTNET_IPC_V1\0" | size(16, of all) | command set(8) | command(8) | reserved(16) | payload; numbers little-endian
/// CollectTracing2 (2, 3): buffer MiB(32) format(32) rundown(8) count(32) { keywords(64) level(32) name args }; strings: length(32) with the end, UTF-16
/// StopTracing (2, 1): session(64)
/// </code>
/// </remarks>
internal static class GarbageCollection
{
    private const int HeaderBytes = 20;
    private const byte EventPipe = 2;
    private const byte StopTracing = 1;
    private const byte CollectTracing2 = 3;
    private const byte Ok = 0;
    private const ulong GCHeapCollect = 0x800000;
    private const uint Informational = 4;
    private static readonly TimeSpan CollectionTime = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <returns>False when the process has no diagnostics socket that we may use: it is no .NET process, another user's, or has it switched off.</returns>
    public static async Task<bool> ForceAsync(int process, CancellationToken cancellationToken)
    {
        var pattern = string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{process}-*-socket");
        var file = Directory.GetFiles(Path.GetTempPath(), pattern).FirstOrDefault();
        if (file is null)
            return false;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await CollectAsync(file, patience.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException or InvalidDataException)
        {
            return false;
        }
    }

    private static async Task CollectAsync(string file, CancellationToken cancellationToken)
    {
        using var tracing = await ConnectAsync(file, cancellationToken);
        var payload = new List<byte>();
        Add(payload, 16u);
        Add(payload, 1u);
        payload.Add(0);
        Add(payload, 1u);
        payload.AddRange(BitConverter.GetBytes(GCHeapCollect));
        Add(payload, Informational);
        Add(payload, "Microsoft-Windows-DotNETRuntime");
        Add(payload, "");
        var answer = await AskAsync(tracing, CollectTracing2, [.. payload], cancellationToken);

        // The runtime stops writing, and so might stop collecting, when nobody reads.
        var events = tracing.CopyToAsync(Stream.Null, cancellationToken);
        await Task.Delay(CollectionTime, cancellationToken);
        using var stopping = await ConnectAsync(file, cancellationToken);
        await AskAsync(stopping, StopTracing, answer, cancellationToken);
        await events;
    }

    private static async Task<NetworkStream> ConnectAsync(string file, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(file), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<byte[]> AskAsync(NetworkStream stream, byte command, byte[] payload, CancellationToken cancellationToken)
    {
        var message = new byte[HeaderBytes + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = EventPipe;
        message[17] = command;
        payload.CopyTo(message, HeaderBytes);
        await stream.WriteAsync(message, cancellationToken);
        var header = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var answer = new byte[Math.Max(0, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(14)) - HeaderBytes)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return header[17] == Ok ? answer : throw new InvalidDataException("The runtime refused a diagnostics command.");
    }

    private static void Add(List<byte> payload, uint value) => payload.AddRange(BitConverter.GetBytes(value));

    private static void Add(List<byte> payload, string text)
    {
        Add(payload, (uint)text.Length + 1);
        payload.AddRange(Encoding.Unicode.GetBytes(text + "\0"));
    }
}
