using System.IO.Pipelines;
using System.Net;

namespace Gateway.Server.Tests.Operations.Draining;

/// <summary>A request body that is sent as it is written, not when it is complete.</summary>
internal sealed class SlowContent(PipeReader reader) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        ReadResult read;
        do
        {
            read = await reader.ReadAsync();
            foreach (var segment in read.Buffer)
                await stream.WriteAsync(segment);
            await stream.FlushAsync();
            reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
