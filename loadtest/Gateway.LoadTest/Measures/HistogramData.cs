namespace Gateway.LoadTest.Measures;

/// <summary>A histogram on its way between processes: only the cells that hold something, as index, count, index, count …</summary>
internal sealed record HistogramData(long Min, long Max, double Sum, long[] Cells);
