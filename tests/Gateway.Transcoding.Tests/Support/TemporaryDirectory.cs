namespace Gateway.Transcoding.Tests.Support;

/// <summary>A directory that is gone after the test. Its name holds a % on purpose: ffmpeg takes that for a pattern where it is allowed to.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("transcoding %03d ").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
