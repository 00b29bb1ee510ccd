using System.Net;

namespace Gateway.Server.Tests.Jobs;

/// <summary>A body that stops in its middle until it is told to go on.</summary>
internal sealed class HeldContent(byte[] bytes, int heldAt) : HttpContent
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(bytes.AsMemory(0, heldAt));
        await stream.FlushAsync();
        await _gate.Task;
        await stream.WriteAsync(bytes.AsMemory(heldAt));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
