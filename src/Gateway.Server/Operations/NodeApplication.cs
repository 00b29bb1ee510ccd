using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.FileProviders;

namespace Gateway.Server.Operations;

/// <summary>Builds the application from its parts and its settings.</summary>
internal static class NodeApplication
{
    /// <summary>The application, checked and ready to be started; also for tests that run it in process.</summary>
    /// <exception cref="StartRefusedException">Something is wrong with the settings.</exception>
    public static WebApplication Build(StartArguments arguments, Action<WebApplicationBuilder> addParts, Action<WebApplication> mapParts)
    {
        var builder = CreateBuilder(arguments, addParts);
        using (CheckedOptions(builder))
        {
            // Only for its check: building the application configures Kestrel, which needs settings that are known to be right.
        }

        var app = builder.Build();
        try
        {
            mapParts(app);
            return app;
        }
        catch
        {
            ((IDisposable)app).Dispose();
            throw;
        }
    }

    /// <summary>The options alone, bound and checked, without an application around them. The caller disposes of the provider.</summary>
    /// <exception cref="StartRefusedException">Something is wrong with the settings.</exception>
    public static ServiceProvider CheckedOptions(WebApplicationBuilder builder)
    {
        // As an instance, which a provider does not dispose of: the application still needs the configuration, and its watch on the files.
        IServiceCollection copy = new ServiceCollection();
        foreach (var service in builder.Services)
            copy.Add(service);
        copy.AddSingleton<IConfiguration>(builder.Configuration);
        var services = copy.BuildServiceProvider();
        try
        {
            ConfigurationCheck.Verify(services);
            return services;
        }
        catch
        {
            services.Dispose();
            throw;
        }
    }

    public static WebApplicationBuilder CreateBuilder(StartArguments arguments, Action<WebApplicationBuilder> addParts)
    {
        WebApplicationBuilder builder;
        try
        {
            // appsettings.json and wwwroot lie beside the executable, wherever it was started from.
            builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "Gateway.Server" });
            AddSources(builder.Configuration, arguments);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            throw new StartRefusedException($"a configuration file cannot be read: {e.Message}{(e.InnerException is { } inner ? " " + inner.Message : "")}");
        }

        addParts(builder);
        return builder;
    }

    /// <summary>Every options class that some part has registered.</summary>
    public static IEnumerable<OptionsRegistration> RegistrationsOf(WebApplicationBuilder builder) =>
        builder.Services.Select(service => service.IsKeyedService ? null : service.ImplementationInstance).OfType<OptionsRegistration>();

    /// <summary>Later wins: appsettings.json, --config, PORT, environment, command line.</summary>
    private static void AddSources(ConfigurationManager configuration, StartArguments arguments)
    {
        var sources = configuration.Sources;
        var environment = sources.Index().Last(each => each.Item is EnvironmentVariablesConfigurationSource).Index;
        if (Environment.GetEnvironmentVariable("PORT") is { Length: > 0 } port)
            sources.Insert(environment, new MemoryConfigurationSource { InitialData = [KeyValuePair.Create("Gateway:Port", (string?)port)] });
        if (arguments.ConfigurationFile is { } file)
        {
            // Looked at every few seconds instead of watched: a watch would take in every folder beside the file, and miss a file behind a link that changes (as ConfigMaps are).
            var path = Path.GetFullPath(file);
            var folder = new PhysicalFileProvider(Path.GetDirectoryName(path)!) { UsePollingFileWatcher = true, UseActivePolling = true };
            var json = new JsonConfigurationSource { FileProvider = folder, Path = Path.GetFileName(path), Optional = false, ReloadOnChange = true };
            sources.Insert(environment, json);
        }

        configuration.AddInMemoryCollection(arguments.Settings);
    }
}
