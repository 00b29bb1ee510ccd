using System.Globalization;
using System.Text;

namespace Gateway.Testing;

/// <summary>How a <see cref="NatsServerProcess"/> is configured.</summary>
public sealed record NatsServerSettings
{
    /// <summary>Its name; null for one of its own.</summary>
    public string? Name { get; init; }

    /// <summary>The cluster it is in; null for none.</summary>
    public string? Cluster { get; init; }

    /// <summary>The servers of its cluster that it connects to.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>Further fields of its cluster, parted by commas.</summary>
    public string ClusterConfiguration { get; init; } = "";

    /// <summary>Further lines of its configuration: authorization, tls, limits.</summary>
    public string Configuration { get; init; } = "";

    internal string ToConfiguration(int port, int clusterPort)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"host: 127.0.0.1\nport: {port}\nlogtime: false\n");
        if (Name is not null)
            text.Append(CultureInfo.InvariantCulture, $"server_name: {Name}\n");
        if (Cluster is not null)
        {
            var routes = string.Join(", ", Routes.Select(route => $"\"{route}\""));
            text.Append(CultureInfo.InvariantCulture, $"cluster {{ name: {Cluster}, listen: \"127.0.0.1:{clusterPort}\", routes: [{routes}], {ClusterConfiguration} }}\n");
        }

        return text.Append(Configuration).Append('\n').ToString();
    }
}
