using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Settings;

/// <summary>The one way in which every component registers its options.</summary>
internal static class GatewayOptionsExtensions
{
    /// <summary>
    /// Binds <typeparamref name="T"/> from the section, checks data annotations and <c>IValidatableObject</c> (nested objects too)
    /// at start, and makes its keys known: any other key under <c>Gateway</c> refuses the start, and the reference lists them.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The full path, such as <c>Gateway:Drain</c>.</param>
    public static OptionsBuilder<T> AddGatewayOptions<T>(this IServiceCollection services, string section)
        where T : class, new()
    {
        services.AddSingleton(new OptionsRegistration(section, typeof(T), provider => provider.GetRequiredService<IOptions<T>>().Value));
        services.AddSingleton<IValidateOptions<T>>(new AnnotationValidation<T>(section));

        // Not BindConfiguration, which binds again whenever a file changes, and throws in the watcher's thread when that is wrong: what can be changed while running has an owner that says so.
        return services.AddOptions<T>().Configure<IConfiguration>((options, configuration) => configuration.GetSection(section).Bind(options)).ValidateOnStart();
    }
}
