using Gateway.Transcoding.Media;

namespace Gateway.Transcoding.Tests.Media;

public sealed class FrameSizeTests
{
    [Theory]
    [InlineData(1920, 1080, 1280, 720, 1280, 720)]
    [InlineData(1080, 1920, 1280, 720, 720, 1280)]
    [InlineData(1920, 1080, 854, 480, 854, 480)]
    [InlineData(3840, 2160, 1920, 1080, 1920, 1080)]
    [InlineData(640, 480, 1920, 1080, 640, 480)]
    [InlineData(161, 121, 1920, 1080, 160, 120)]
    [InlineData(2560, 1080, 1280, 720, 1280, 540)]
    [InlineData(1000, 1000, 1280, 720, 720, 720)]
    [InlineData(1, 1, 1280, 720, 2, 2)]
    [InlineData(3, 5000, 1280, 720, 2, 1280)]
    public void FitInto_table(int width, int height, int longSide, int shortSide, int expectedWidth, int expectedHeight) =>
        Assert.Equal(new FrameSize(expectedWidth, expectedHeight), new FrameSize(width, height).FitInto(longSide, shortSide));

    [Fact]
    public void FitInto_any_size_is_even_inside_never_larger_and_keeps_the_ratio()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var size = new FrameSize(random.Next(2, 9000), random.Next(2, 9000));
            var fit = size.FitInto(1280, 720);
            var scale = Math.Min(1, Math.Min(1280.0 / Math.Max(size.Width, size.Height), 720.0 / Math.Min(size.Width, size.Height)));
            var because = $"seed {seed}: {size} became {fit}";
            Assert.True(fit.Width % 2 == 0 && fit.Height % 2 == 0 && fit.Width >= 2 && fit.Height >= 2, because);
            Assert.True(fit.Width <= size.Width && fit.Height <= size.Height, because);
            Assert.True(Math.Max(fit.Width, fit.Height) <= 1280 && Math.Min(fit.Width, fit.Height) <= 720, because);
            Assert.True(Math.Abs(fit.Width - (size.Width * scale)) < 2 && Math.Abs(fit.Height - (size.Height * scale)) < 2, because);
        }
    }
}
