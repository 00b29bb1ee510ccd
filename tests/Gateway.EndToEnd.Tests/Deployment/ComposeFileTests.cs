using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Server.Operations.Draining;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>What can be known of compose.yaml without Docker: that it is YAML, that the server takes its settings, and that its parts fit together.</summary>
public sealed partial class ComposeFileTests
{
    private readonly ComposeFile _compose = new(RepositoryFile.Read("compose.yaml"));
    private readonly DockerImage _image = DockerImage.Read();

    [Fact]
    public void Services_are_three_gateways_and_what_they_need()
    {
        Assert.Equal(["gateway1", "gateway2", "gateway3", "nats", "redis", "nginx"], _compose.Services);
        Assert.All(_compose.Services, name => Assert.True(_compose.Find(name, "image") is not null || _compose.Find(name, "build") is not null));
        Assert.All(_compose.Services, name => Assert.NotEmpty(_compose.List(name, "healthcheck", "test")));
    }

    [Fact]
    public async Task Environment_of_every_gateway_is_what_the_server_takes()
    {
        using var deadline = Deadline.Start();
        foreach (var name in _compose.Gateways)
        {
            var (code, output, errors) = await ServerCommand.RunAsync(["--print-config"], InContainer(name), deadline.Token);

            Assert.True(code == 0, errors);
            var gateway = JsonDocument.Parse(output).RootElement.GetProperty("Gateway");
            Assert.Equal(name, gateway.GetProperty("Name").GetString());
            Assert.Equal("/accounts/accounts.db", gateway.GetProperty("Accounts").GetProperty("Database").GetString());
        }
    }

    [Fact]
    public async Task Environment_with_a_variable_that_is_no_setting_is_refused()
    {
        using var deadline = Deadline.Start();
        var environment = InContainer("gateway1");
        environment["Gateway__Nats__Urls"] = "nats://nats:4222";

        var (code, _, errors) = await ServerCommand.RunAsync(["--print-config"], environment, deadline.Token);

        Assert.Equal(2, code);
        Assert.Contains("Gateway:Nats:Urls", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Gateways_are_members_of_one_cluster_with_one_set_of_users()
    {
        foreach (var name in _compose.Gateways)
        {
            var environment = _compose.Environment(name);
            var nats = new Uri(environment["Gateway__Nats__Url"]);
            Assert.Contains(nats.Host, _compose.Services);
            Assert.Equal(4222, nats.Port);
            Assert.Contains(environment["Gateway__Redis__Configuration"].Split(':')[0], _compose.Services);
            Assert.Equal(ComposeFile.SigningKey, environment["Gateway__Accounts__SigningKey"]);
            Assert.Equal("service_healthy", _compose.Text(name, "depends_on", nats.Host, "condition"));
        }

        Assert.Single(_compose.Gateways.Select(name => _compose.Environment(name)["Gateway__Accounts__Database"]).Distinct());
        Assert.Equal(_compose.Gateways, _compose.Gateways.Select(name => _compose.Environment(name)["Gateway__Name"]));
        Assert.Equal(["CMD", "dotnet", "/app/Gateway.Server.dll", "--health", "ready"], _compose.List("gateway1", "healthcheck", "test"));
    }

    [Fact]
    public void Volumes_are_declared_and_mounted_where_the_image_has_a_folder_of_its_user()
    {
        foreach (var service in _compose.Services)
        {
            foreach (var mount in _compose.List(service, "volumes").Select(static volume => volume.Split(':')))
            {
                if (mount[0].StartsWith('.'))
                    Assert.True(File.Exists(RepositoryFile.PathOf(mount[0])), mount[0]);
                else
                    Assert.Contains(mount[0], _compose.Volumes);
                if (service.StartsWith("gateway", StringComparison.Ordinal))
                    Assert.Contains(mount[1], _image.OwnedFolders);
            }
        }

        // Each node has its own data: a second process in one data directory does not start.
        var data = _compose.Gateways.Select(name => _compose.List(name, "volumes").Single(static volume => volume.EndsWith(":/data", StringComparison.Ordinal))).ToList();
        Assert.Equal(data.Count, data.Distinct().Count());
    }

    [Fact]
    public void Ports_of_image_gateways_and_nginx_agree()
    {
        var nginx = RepositoryFile.Read("nginx.conf");
        var upstream = UpstreamServers().Matches(nginx).Select(static match => (match.Groups["host"].Value, match.Groups["port"].Value)).ToList();

        Assert.Equal(_compose.Gateways.Select(name => (name, _image.Port)), upstream);
        Assert.All(_compose.Gateways, name => Assert.Equal([_image.Port], _compose.List(name, "expose")));
        var published = Assert.Single(_compose.List("nginx", "ports")).Split(':');
        Assert.Equal(Listen().Match(nginx).Groups["port"].Value, published[1]);
        Assert.Contains($":{published[1]}/health/ready", _compose.List("nginx", "healthcheck", "test")[^1], StringComparison.Ordinal);
        Assert.Contains("./nginx.conf:/etc/nginx/nginx.conf:ro", _compose.List("nginx", "volumes"));
    }

    [Fact]
    public void Addresses_that_are_written_down_twice_are_the_same()
    {
        foreach (var name in _compose.Gateways)
        {
            Assert.Equal(_compose.Text(name, "networks", "default", "ipv4_address"), _compose.Text("nginx", "extra_hosts", name));
            Assert.Equal(_compose.Text("nginx", "networks", "default", "ipv4_address"), _compose.Environment(name)["Gateway__Connections__TrustedProxies__0"]);
        }
    }

    [Fact]
    public void Gateways_get_more_time_to_stop_than_they_take_to_drain()
    {
        foreach (var name in _compose.Gateways)
        {
            var seconds = int.Parse(_compose.Text(name, "stop_grace_period").TrimEnd('s'), CultureInfo.InvariantCulture);
            Assert.True(TimeSpan.FromSeconds(seconds) > new DrainOptions().Deadline);
        }
    }

    [Fact]
    public void Redis_keeps_what_was_acknowledged()
    {
        var command = string.Join(' ', _compose.List("redis", "command"));

        Assert.Contains("--appendonly yes --appendfsync always", command, StringComparison.Ordinal);
        Assert.Contains("--maxmemory-policy noeviction", command, StringComparison.Ordinal);
    }

    private Dictionary<string, string> InContainer(string service) =>
        _image.Environment.Concat(_compose.Environment(service)).ToDictionary(static pair => pair.Key, static pair => pair.Value);

    [GeneratedRegex(@"^\s*server (?<host>[\w.]+):(?<port>\d+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex UpstreamServers();

    [GeneratedRegex(@"^\s*listen (?<port>\d+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Listen();
}
