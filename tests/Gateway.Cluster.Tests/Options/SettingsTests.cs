using System.ComponentModel.DataAnnotations;
using Gateway.Server.Cluster;
using Gateway.Server.Operations.Messaging;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cluster.Tests.Options;

public sealed class SettingsTests
{
    [Fact]
    public void Cluster_defaults_areValid() => Assert.Empty(Check(new ClusterOptions()));

    [Theory]
    [InlineData("beat", "twice BeatInterval")]
    [InlineData("dead", "longer than SuspectAfter")]
    [InlineData("join", "longer than BeatInterval")]
    [InlineData("margin", "a quarter of LeaseDuration")]
    [InlineData("name", "letters, digits")]
    [InlineData("bound", "between 1 and 10")]
    public void Cluster_valuesThatDoNotGoTogether_areRefusedWithASentence(string what, string sentence)
    {
        var options = new ClusterOptions();
        switch (what)
        {
            case "beat": options.SuspectAfter = TimeSpan.FromSeconds(1.9); break;
            case "dead": options.DeadAfter = options.SuspectAfter; break;
            case "join": options.JoinTime = options.BeatInterval; break;
            case "margin": options.LeaseMargin = TimeSpan.FromSeconds(1.1); break;
            case "name": options.Name = "a.b"; break;
            default: options.LoadBound = 0.9; break;
        }

        Assert.Contains(sentence, Assert.Single(Check(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats://a:4222", null)]
    [InlineData("nats://a:4222, tls://b:4222", null)]
    [InlineData("", null)]
    [InlineData("http://a", "each server must be like 'nats://host:4222'")]
    [InlineData("a:4222", "each server must be like 'nats://host:4222'")]
    [InlineData(",", "names no server")]
    public void Nats_urls_areCheckedWithoutShowingThem(string url, string? sentence)
    {
        var found = Check(new NatsSettings { Url = url });

        if (sentence is null)
            Assert.Empty(found);
        else
            Assert.Contains(sentence, Assert.Single(found), StringComparison.Ordinal);
        Assert.DoesNotContain(found, each => each.Contains("4222\\", StringComparison.Ordinal));
    }

    [Fact]
    public void Nats_twoWaysToLogIn_areRefused() =>
        Assert.Contains("choose one of", Assert.Single(Check(new NatsSettings { Url = "nats://a:4222", Token = "t", User = "u", Password = "p" })), StringComparison.Ordinal);

    [Fact]
    public void Nats_wrongSeed_isRefusedWithoutShowingIt()
    {
        var sentence = Assert.Single(Check(new NatsSettings { Url = "nats://a:4222", NKeySeed = "SUAWRONG" }));

        Assert.DoesNotContain("SUAWRONG", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("nats://a:4222", null, false)]
    [InlineData(null, "a:6379", false)]
    [InlineData("nats://a:4222", "a:6379", true)]
    public void Cluster_isConfigured_onlyByBothSettings(string? nats, string? redis, bool expected) =>
        Assert.Equal(expected, ClusterSetup.IsConfigured(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Nats:Url"] = nats,
            ["Gateway:Redis:Configuration"] = redis,
        }).Build()));

    private static List<string> Check(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
