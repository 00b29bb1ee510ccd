using Gateway.Tests.Shared;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>The vectors, read by another implementation of MessagePack and by another author's reading of the JSON rules.</summary>
public sealed class JavaScriptVectorTests
{
    [Fact]
    public async Task Vectors_hold_for_JavaScript()
    {
        var output = await NodeInterop.RunAsync("vectors.mjs", [Path.Combine(VectorFile.Folder, "vectors")], default, TestContext.Current.CancellationToken);
        Assert.Equal($"{FrameExamples.All.Count} frames", System.Text.Encoding.UTF8.GetString(output).Split(',')[0]);
    }
}
