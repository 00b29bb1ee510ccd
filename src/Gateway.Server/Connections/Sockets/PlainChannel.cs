using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets;

/// <summary>Plain TCP.</summary>
internal readonly struct PlainChannel(int socket) : ISocketChannel
{
    public static bool IsSealed => false;

    public int File => socket;

    public bool HasMore => false;

    public bool IsHolding => false;

    public int HeldBytes => 0;

    public int Receive(Span<byte> buffer)
    {
        var received = (int)Libc.Receive(socket, ref MemoryMarshal.GetReference(buffer), buffer.Length, Libc.DontWait);
        return received >= 0 ? received : Marshal.GetLastPInvokeError() is Libc.Again or Libc.Interrupted ? ISocketChannel.WouldBlock : ISocketChannel.Failed;
    }

    public int Send(ReadOnlySpan<byte> bytes) => Send(socket, bytes);

    /// <summary>As <see cref="Send(ReadOnlySpan{byte})"/>, for who has the socket alone.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        var sent = (int)Libc.Send(socket, in MemoryMarshal.GetReference(bytes), bytes.Length, Libc.NoSignal | Libc.DontWait);
        return sent >= 0 ? sent : Marshal.GetLastPInvokeError() is Libc.Again or Libc.Interrupted ? 0 : ISocketChannel.Failed;
    }

    /// <summary>What <see cref="Send(int, ReadOnlySpan{byte})"/> would have returned where a kernel's result is the count or the negative error.</summary>
    public static int ToSent(int result) => result >= 0 ? result : result is -Libc.Again or -Libc.Interrupted ? 0 : ISocketChannel.Failed;

    public int Seal(ReadOnlySpan<byte> bytes, Span<byte> into) => throw new InvalidOperationException("Plain bytes are sent as they are.");

    public void Hold(ReadOnlySpan<byte> rest) => throw new InvalidOperationException("Plain bytes are held by nobody.");

    public int Flush() => 0;

    public void Shutdown() => _ = Libc.Shutdown(socket, Libc.ShutdownWrite);

    public void Close(bool withReset)
    {
        if (withReset)
        {
            Libc.CloseWithReset(socket);
        }
        else
        {
            _ = Libc.Close(socket);
        }
    }
}
