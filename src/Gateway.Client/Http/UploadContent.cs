using System.Net;

namespace Gateway.Client.Http;

/// <summary>The rest of a file as the body of a request, told as it goes out.</summary>
internal sealed class UploadContent(Stream source, long offset, long total, Action<long> sent) : HttpContent
{
    private const int ChunkBytes = 64 * 1024;

    protected override bool TryComputeLength(out long length)
    {
        length = total - offset;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkBytes];
        for (var at = offset; at < total;)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, total - at)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException($"The file ended at {at} bytes; {total} were announced.");
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            at += read;
            sent(at);
        }
    }
}
