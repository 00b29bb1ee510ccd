using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Gateway.Transcoding.Tests.Support.MediaFiles))]

namespace Gateway.Transcoding.Tests.Support;

/// <summary>Small clips, made once per run with the real ffmpeg.</summary>
public sealed class MediaFiles : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public MediaFiles()
    {
        const string Picture = "-f lavfi -i testsrc2=size=160x120:rate=25:duration=2";
        const string Sound = "-f lavfi -i sine=frequency=440:duration=2";
        const string Fast = "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p";

        Make($"{Picture} {Sound} {Fast} -c:a aac -metadata title=my-secret-place -shortest", Clip);
        Make($"{Picture} {Fast}", Silent);
        Make($"{Sound} -c:a libmp3lame", SoundOnly);
        Make($"-i {{0}} -c copy -metadata:s:v rotate=90", Rotated, Clip);
        Make("-f lavfi -i testsrc2=size=161x121:rate=25:duration=1 -c:v ffv1", OddSize);
        Make("-f lavfi -i testsrc2=size=2000x1200:rate=5:duration=1 -c:v libx264 -preset ultrafast", Large);
        Make("-i {0} -c:v libvpx -deadline realtime -cpu-used 8 -an -f webm -live 1", Live, Clip);
        Make("-stream_loop 14 -i {0} -c copy", Long, Clip);
        Make("-f lavfi -i testsrc2=size=1280x720:rate=25:duration=2 -c:v libx264 -preset superfast -crf 45", LargeClip);
        Make("-stream_loop 59 -i {0} -c copy", Endless, LargeClip);
        Make("-stream_loop 4 -i {0} -c copy", Laborious, LargeClip);
        Make("-i {0} -c copy -movflags +faststart", LongFastStart, Long);

        File.WriteAllBytes(Empty, []);
        File.WriteAllText(Text, string.Concat(Enumerable.Repeat("Dear diary, this is no video.\n", 200)));
        Cut(Clip, CutBeforeIndex, 0.6);
        Cut(LongFastStart, CutAfterIndex, 0.5);
        File.WriteAllText(Playlist, $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{Clip}\n#EXT-X-ENDLIST\n");
        File.WriteAllText(ConcatScript, $"ffconcat version 1.0\nfile '{Clip}'\n");
    }

    /// <summary>160 x 120, 25 fps, 2 s, h264 and aac, with a title in its metadata.</summary>
    public string Clip => _directory["clip.mp4"];

    public string Silent => _directory["silent.mp4"];

    public string SoundOnly => _directory["sound.mp3"];

    /// <summary><see cref="Clip"/>, to be shown turned by a quarter.</summary>
    public string Rotated => _directory["rotated.mp4"];

    public string OddSize => _directory["odd.mkv"];

    public string Large => _directory["large.mp4"];

    /// <summary>Without a duration in it, as browsers record.</summary>
    public string Live => _directory["live.webm"];

    /// <summary>30 s of <see cref="Clip"/>.</summary>
    public string Long => _directory["long.mp4"];

    /// <summary>10 s of 720p: enough work for ffmpeg to say more than once how far it is.</summary>
    public string Laborious => _directory["laborious.mp4"];

    /// <summary>120 s of 720p: much more work than a test waits for.</summary>
    public string Endless => _directory["endless.mp4"];

    public string Empty => _directory["empty.mp4"];

    public string Text => _directory["text.mp4"];

    public string CutBeforeIndex => _directory["cut.mp4"];

    public string CutAfterIndex => _directory["cut-after.mp4"];

    public string Playlist => _directory["playlist.mp4"];

    public string ConcatScript => _directory["script.mp4"];

    private string LargeClip => _directory["largeclip.mp4"];

    private string LongFastStart => _directory["longfast.mp4"];

    public void Dispose() => _directory.Dispose();

    private static void Make(string arguments, string output, string input = "")
    {
        var info = new ProcessStartInfo("ffmpeg") { RedirectStandardError = true, UseShellExecute = false };
        string[] all = ["-nostdin", "-v", "error", "-y", .. arguments.Split(' ').Select(part => part == "{0}" ? input : part), "file:" + output];
        foreach (var argument in all)
            info.ArgumentList.Add(argument);

        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ffmpeg could not make {output}: {errors}");
    }

    private static void Cut(string input, string output, double fraction)
    {
        var bytes = File.ReadAllBytes(input);
        File.WriteAllBytes(output, bytes[..(int)(bytes.Length * fraction)]);
    }
}
