using System.Diagnostics.Metrics;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Transcoding;

public static class TranscodingServiceCollectionExtensions
{
    /// <summary>
    /// Adds the worker pool as a hosted service. Register an <see cref="ITranscodeQueue"/> and an <see cref="ITranscodeProgress"/> of your own
    /// (before or after); without them jobs come from an <see cref="InMemoryTranscodeQueue"/> and nobody hears of them. Bind
    /// <see cref="TranscodingOptions"/> to the section <see cref="TranscodingOptions.SectionName"/>; they are checked at start.
    /// </summary>
    public static IServiceCollection AddTranscoding(this IServiceCollection services, Action<TranscodingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new InMemoryTranscodeQueue(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ITranscodeQueue>(static provider => provider.GetRequiredService<InMemoryTranscodeQueue>());
        services.TryAddSingleton<ITranscodeProgress, NullTranscodeProgress>();

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TranscodingOptions>, TranscodingOptionsValidator>());
        var options = services.AddOptions<TranscodingOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton(static provider => new TranscodeWorkerPool(
            provider.GetRequiredService<ITranscodeQueue>(),
            provider.GetRequiredService<ITranscodeProgress>(),
            provider.GetRequiredService<IOptions<TranscodingOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TranscodeWorkerPool>>(),
            provider.GetService<IMeterFactory>()));
        services.AddHostedService(static provider => provider.GetRequiredService<TranscodeWorkerPool>());
        return services;
    }
}
