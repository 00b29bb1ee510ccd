namespace Gateway.LoadTest.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Colour">Index of the colour in the style sheet, from 1.</param>
/// <param name="Points">In order of x; a NaN leaves a gap.</param>
internal sealed record ChartLine(string Name, int Colour, IReadOnlyList<(double X, double Y)> Points);
