namespace Gateway.Server.Tests.Support;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gateway-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
