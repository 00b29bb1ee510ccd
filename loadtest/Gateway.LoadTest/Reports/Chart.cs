using System.Globalization;
using System.Net;
using System.Text;

namespace Gateway.LoadTest.Reports;

/// <summary>Draws lines as inline SVG. Colours come from the page's style sheet, so that it follows light and dark.</summary>
internal sealed class Chart(string title, Func<double, string> format)
{
    private const int Width = 760;
    private const int Height = 240;
    private const int Left = 76;
    private const int Right = 14;
    private const int Top = 14;
    private const int Bottom = 30;
    private const int GridLines = 4;

    private readonly List<ChartLine> _lines = [];
    private readonly List<(double From, double To, string Name)> _bands = [];

    /// <summary>Decades instead of equal steps: for latencies, whose tail is far from their middle.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>What the x axis is, at its end.</summary>
    public string XUnit { get; init; } = "s";

    /// <summary>Labels at these places instead of equal steps.</summary>
    public IReadOnlyList<(double X, string Label)> XLabels { get; init; } = [];

    public Chart Add(ChartLine line)
    {
        if (line.Points.Any(static point => point.Y > 0))
            _lines.Add(line);
        return this;
    }

    /// <summary>Where the x axis ends, so that charts below each other agree; by the points when not set.</summary>
    public (double From, double To)? XRange { get; init; }

    /// <summary>A place on the x axis with a name, such as the start of a stage.</summary>
    public Chart Mark(double at, string name)
    {
        _bands.Add((at, at, name));
        return this;
    }

    /// <summary>A stretch of the x axis with a name, such as the warm-up.</summary>
    public Chart Band(double from, double to, string name)
    {
        _bands.Add((from, to, name));
        return this;
    }

    /// <summary>Nothing when there is nothing to draw.</summary>
    public string Draw()
    {
        var points = _lines.SelectMany(static line => line.Points).Where(static point => double.IsFinite(point.Y)).ToList();
        if (points.Count < 2)
            return "";
        var (fromX, toX) = XRange ?? (points.Min(static point => point.X), Math.Max(points.Max(static point => point.X), points.Min(static point => point.X) + 1));
        var (fromY, toY) = Range(points);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Encode(title)}</figcaption><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Encode(title)}\">");
        foreach (var (from, to, name) in _bands)
        {
            double left = X(Math.Max(from, fromX)), right = X(Math.Min(to, toX));
            if (right < left)
                continue;
            if (right <= left)
                svg.Append(CultureInfo.InvariantCulture, $"<line class=\"mark\" x1=\"{left:0.#}\" x2=\"{left:0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            else
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"band\" x=\"{left:0.#}\" y=\"{Top}\" width=\"{right - left:0.#}\" height=\"{Height - Top - Bottom}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"bandname\" x=\"{left + 5:0.#}\" y=\"{Top + 13}\">{Encode(name)}</text>");
        }

        foreach (var y in Ticks(fromY, toY))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"end\" x=\"{Left - 8}\" y=\"{Y(y) + 4:0.#}\">{Encode(format(y))}</text>");
        }

        foreach (var (x, label) in XLabels.Count > 0 ? XLabels : Steps(fromX, toX).Select(x => (x, x.ToString("0.#", CultureInfo.InvariantCulture) + " " + XUnit)))
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"middle\" x=\"{X(x):0.#}\" y=\"{Height - 8}\">{Encode(label)}</text>");
        foreach (var line in _lines)
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line c{line.Colour}\" d=\"{Path(line.Points)}\"/>");
        svg.Append("</svg><ul class=\"legend\">");
        foreach (var line in _lines)
            svg.Append(CultureInfo.InvariantCulture, $"<li><i class=\"c{line.Colour}\"></i>{Encode(line.Name)}</li>");
        return svg.Append("</ul></figure>").ToString();

        double X(double x) => Left + ((x - fromX) / (toX - fromX) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((Scale(y) - Scale(fromY)) / (Scale(toY) - Scale(fromY)) * (Height - Top - Bottom));

        string Path(IReadOnlyList<(double X, double Y)> line)
        {
            var path = new StringBuilder();
            var pen = 'M';
            foreach (var (x, y) in line)
            {
                if (!double.IsFinite(y))
                {
                    pen = 'M';
                    continue;
                }

                path.Append(CultureInfo.InvariantCulture, $"{pen}{X(x):0.#} {Y(Math.Clamp(y, fromY, toY)):0.#}");
                pen = 'L';
            }

            return path.ToString();
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static IEnumerable<double> Steps(double from, double to)
    {
        var step = Round((to - from) / 8);
        for (var at = Math.Ceiling(from / step) * step; at <= to + 1e-9; at += step)
            yield return at;
    }

    /// <summary>The next of 1, 2, 5 times a power of ten.</summary>
    private static double Round(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * ((value / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private double Scale(double y) => IsLogarithmic ? Math.Log10(y) : y;

    private (double From, double To) Range(List<(double X, double Y)> points)
    {
        var most = points.Max(static point => point.Y);
        if (!IsLogarithmic)
            return (0, Round(most / GridLines) * GridLines);
        var least = points.Where(static point => point.Y > 0).Min(static point => point.Y);
        double from = Math.Pow(10, Math.Floor(Math.Log10(least))), to = Math.Pow(10, Math.Ceiling(Math.Log10(most)));
        return (from, to > from ? to : from * 10);
    }

    private IEnumerable<double> Ticks(double from, double to)
    {
        if (!IsLogarithmic)
            return Enumerable.Range(0, GridLines + 1).Select(i => to * i / GridLines);
        return Enumerable.Range(0, (int)Math.Round(Math.Log10(to / from)) + 1).Select(i => from * Math.Pow(10, i));
    }
}
