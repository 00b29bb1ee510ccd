namespace Gateway.Transcoding.Media;

/// <summary>Width and height of a picture in pixels.</summary>
internal readonly record struct FrameSize(int Width, int Height)
{
    /// <summary>
    /// The size to encode: within the box (long side along the picture's long side), never larger than the picture, both sides even because
    /// 4:2:0 halves them, the ratio kept to within that rounding. A picture of one pixel becomes two: there is nothing smaller that is even.
    /// </summary>
    public FrameSize FitInto(int longSide, int shortSide)
    {
        var (boxWidth, boxHeight) = Width >= Height ? (longSide, shortSide) : (shortSide, longSide);
        var scale = Math.Min(1, Math.Min((double)boxWidth / Width, (double)boxHeight / Height));
        return new(Even(Width * scale, Math.Min(Width, boxWidth)), Even(Height * scale, Math.Min(Height, boxHeight)));
    }

    private static int Even(double wanted, int limit)
    {
        var nearest = 2 * (int)Math.Round(wanted / 2, MidpointRounding.AwayFromZero);
        return Math.Max(2, nearest <= limit ? nearest : limit - (limit % 2));
    }
}
