using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Server.Operations.Metrics;

/// <summary>Writes the lines of an exposition as UTF-8.</summary>
internal readonly ref struct ExpositionWriter(IBufferWriter<byte> output, ExpositionFormat format)
{
    /// <summary>Up to here every whole number is exact in a double.</summary>
    private const double MaxExact = 9_007_199_254_740_992;

    public ExpositionFormat Format { get; } = format;

    /// <summary><c># HELP name words</c>, <c># TYPE name type</c>.</summary>
    public void WriteHeader(MetricFamily family)
    {
        // OpenMetrics names a counter's family without the suffix that its samples have.
        var name = Format == ExpositionFormat.OpenMetrics ? family.Name : family.SampleName;
        Write("# HELP ");
        Write(name);
        Write(" ");
        Write(family.Help);
        Write("\n# TYPE ");
        Write(name);
        Write(" ");
        Write(family.TypeName);
        Write("\n");
    }

    /// <summary><c>name{labels} value</c>.</summary>
    public void WriteSample(string name, string labels, double value)
    {
        Write(name);
        if (labels.Length > 0)
        {
            Write("{");
            Write(labels);
            Write("}");
        }

        Write(" ");
        WriteNumber(value, isFloat: false);
        Write("\n");
    }

    /// <summary><c>name_bucket{labels,le="boundary"} count</c>.</summary>
    public void WriteBucket(string name, string labels, double boundary, long count)
    {
        Write(name);
        Write("_bucket{");
        if (labels.Length > 0)
        {
            Write(labels);
            Write(",");
        }

        Write("le=\"");
        WriteNumber(boundary, isFloat: Format == ExpositionFormat.OpenMetrics);
        Write("\"} ");
        WriteNumber(count, isFloat: false);
        Write("\n");
    }

    public void WriteEnd()
    {
        if (Format == ExpositionFormat.OpenMetrics)
            Write("# EOF\n");
    }

    /// <param name="value">The number.</param>
    /// <param name="isFloat">OpenMetrics wants boundaries to look like floats: 1.0, not 1.</param>
    private void WriteNumber(double value, bool isFloat)
    {
        if (double.IsNaN(value))
        {
            Write("NaN");
            return;
        }

        if (double.IsInfinity(value))
        {
            Write(value > 0 ? "+Inf" : "-Inf");
            return;
        }

        Span<char> text = stackalloc char[32];
        var isWhole = Math.Abs(value) <= MaxExact && Math.Truncate(value) == value;
        int length;
        if (isWhole)
            ((long)value).TryFormat(text, out length, provider: CultureInfo.InvariantCulture);
        else
            value.TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
        Write(text[..length]);
        if (isWhole && isFloat)
            Write(".0");
    }

    private void Write(ReadOnlySpan<char> text)
    {
        var target = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, target));
    }
}
