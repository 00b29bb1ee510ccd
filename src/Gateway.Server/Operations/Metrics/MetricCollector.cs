using System.Buffers;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Metrics;

/// <summary>
/// Listens to the chosen meters and keeps their numbers for <c>/metrics</c>. Measurements come from any thread and go straight to their series;
/// scrapes come one at a time.
/// </summary>
/// <remarks>Hot path: <see cref="MetricFamily.Record(long, ReadOnlySpan{KeyValuePair{string, object}})"/>; a test keeps it free of allocation.</remarks>
internal sealed partial class MetricCollector : IDisposable
{
    private static readonly string[] OwnMeters = ["Gateway", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _factory;
    private readonly MetricsOptions _options;
    private readonly ILogger<MetricCollector> _logger;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _scraping = new(1, 1);
    private long _scrape;

    public MetricCollector(IMeterFactory factory, IOptions<MetricsOptions> options, ILogger<MetricCollector> logger)
    {
        (_factory, _options, _logger) = (factory, options.Value, logger);
        _listener.InstrumentPublished = Listen;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((MetricFamily)state!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((MetricFamily)state!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((MetricFamily)state!).Record((double)value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((MetricFamily)state!).Record((double)value, tags));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _scraping.Dispose();
    }

    /// <summary>Asks observable instruments and writes everything, in the order of the names.</summary>
    public async ValueTask WriteAsync(IBufferWriter<byte> output, ExpositionFormat format, CancellationToken cancellationToken)
    {
        await _scraping.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            WriteAll(output, format);
        }
        finally
        {
            _scraping.Release();
        }
    }

    private void WriteAll(IBufferWriter<byte> output, ExpositionFormat format)
    {
        _scrape++;
        MetricFamily[] families;
        lock (_gate)
            families = [.. _families.Values];
        foreach (var family in families)
            family.BeginScrape(_scrape);
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException e)
        {
            LogObservation(e); // One instrument's callback failed; the others have answered.
        }

        var writer = new ExpositionWriter(output, format);
        foreach (var family in families)
        {
            family.EndScrape();
            family.Write(ref writer);
        }

        writer.WriteEnd();
    }

    private void Listen(Instrument instrument, MeterListener listener)
    {
        if (!IsChosen(instrument) || InstrumentShape.KindOf(instrument) is not { } published)
            return;
        var (corrected, kind) = RuntimeInstruments.Correct(instrument.Name, published);
        var (name, scale) = MetricName.Of(corrected, instrument.Unit);
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out var family))
                _families.Add(name, family = Make(instrument, name, scale, kind));
            if (family.Kind != kind)
                LogClash(instrument.Name, instrument.Meter.Name, name);
            else
                listener.EnableMeasurementEvents(instrument, family);
        }
    }

    private MetricFamily Make(Instrument instrument, string name, double scale, MetricKind kind)
    {
        var help = string.IsNullOrWhiteSpace(instrument.Description) ? $"{instrument.Name} of {instrument.Meter.Name}." : instrument.Description;
        help = help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ");
        var boundaries = kind == MetricKind.Histogram ? InstrumentShape.BoundariesOf(instrument) : [];
        return new MetricFamily(name, help, scale, kind, InstrumentShape.IsWhole(instrument), boundaries, _options.MaxSeries);
    }

    /// <summary>Meters of another application in the same process (tests run several) belong to another factory.</summary>
    private bool IsChosen(Instrument instrument) =>
        (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, _factory))
        && OwnMeters.Concat(_options.Meters).Any(name => IsNamed(instrument.Meter.Name, name));

    private static bool IsNamed(string meter, string name) =>
        meter.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (meter.Length == name.Length || meter[name.Length] == '.');

    [LoggerMessage(EventId = 9030, Level = LogLevel.Warning, Message = "Instrument {Instrument} of meter {Meter} is left out: {Metric} is already a metric of another kind")]
    private partial void LogClash(string instrument, string meter, string metric);

    [LoggerMessage(EventId = 9031, Level = LogLevel.Error, Message = "An instrument could not be observed")]
    private partial void LogObservation(Exception exception);
}
