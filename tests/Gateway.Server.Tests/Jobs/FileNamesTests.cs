using Gateway.Server.Jobs;

namespace Gateway.Server.Tests.Jobs;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("film.mp4", "film.mp4")]
    [InlineData("/etc/../film.mp4", "film.mp4")]
    [InlineData("C:\\Users\\ann\\film.mp4", "film.mp4")]
    [InlineData("a\r\nSet-Cookie: x.mp4", "aSet-Cookie: x.mp4")]
    [InlineData("evil\u202e4pm.exe", "evil4pm.exe")]
    [InlineData(" film .mp4 ", "film .mp4")]
    [InlineData("..", null)]
    [InlineData("dir/", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("\u0001\u200b", null)]
    public void Clean_leaves_what_is_safe_to_show(string? name, string? expected) => Assert.Equal(expected, FileNames.Clean(name));

    /// <summary>Not as a case above: attributes cannot hold half a character.</summary>
    [Fact]
    public void Clean_replaces_half_a_character() => Assert.Equal("\ufffdfilm.mp4", FileNames.Clean("\ud800film.mp4"));

    [Fact]
    public void Clean_of_a_long_name_keeps_the_extension()
    {
        var clean = FileNames.Clean(new string('ü', 5000) + ".mp4")!;
        Assert.Equal(200, clean.Length);
        Assert.EndsWith(".mp4", clean, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("film.mov", "result", "mp4", "film.mp4")]
    [InlineData("film.mov", "thumbnail", "jpg", "film-thumbnail.jpg")]
    [InlineData("film", "result", "gif", "film.gif")]
    public void ForOutput_takes_the_extension_of_what_it_is(string name, string output, string extension, string expected) =>
        Assert.Equal(expected, FileNames.ForOutput(name, output, extension));
}
