namespace Gateway.Architecture.Tests;

/// <summary>Who may know whom, by what the sources mention.</summary>
public class NamespaceArrowTests
{
    /// <summary>Where the sources are, and what they must not mention.</summary>
    private static readonly (string Folder, string Forbidden, string Because)[] Arrows =
    [
        ("src/Gateway.Protocol", @"\b(Gateway\.(Server|Client|Transcoding|Nats)|Microsoft\.AspNetCore|Microsoft\.Extensions)\b", "Protocol knows the base library only"),
        ("src/Gateway.Client", @"\b(Gateway\.Server|Gateway\.Transcoding|Microsoft\.AspNetCore)\b", "the client does not know the server"),
        ("src/Gateway.Server", @"\bGateway\.Client\b", "the server does not know the client"),
        ("src/Gateway.Transcoding", @"\b(Gateway\.(Server|Client|Protocol)|Microsoft\.AspNetCore)\b", "Transcoding knows no server"),
        (
            "src/Gateway.Server/Rooms",
            @"\b(System\.Net\.Sockets|System\.Net\.WebSockets|Kestrel|Microsoft\.AspNetCore|Gateway\.Server\.Connections|Gateway\.Server\.Cluster|Gateway\.Nats|NATS|StackExchange|Redis|Confluent|Kafka|Socket)\b|(?<=using )(Connections|Cluster)\b|\b(Connections|Cluster)\.\w",
            "Rooms knows no socket, no NATS, no Redis, no Kafka, only interfaces"),
        (
            "src/Gateway.Server/Cluster",
            @"\b(System\.Net\.Sockets|System\.Net\.WebSockets|Kestrel|Gateway\.Server\.(Connections|Rooms|Storage)|StackExchange|Redis|Confluent)\b",
            "Cluster knows NATS and interfaces: not what the leases are kept in, nor who uses the shards"),
        (
            "src/Gateway.Server/Relay",
            @"\b(System\.Net\.Sockets|System\.Net\.WebSockets|Kestrel|Gateway\.Server\.(Connections|Storage)|StackExchange|Redis|Confluent)\b",
            "the relay joins rooms, cluster and NATS: it knows no connection and no store"),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Arrows.Length)];

    [Theory]
    [MemberData(nameof(All))]
    public void Sources_mentionWhatTheDesignAllows_only(int arrow)
    {
        var (folder, _, because) = Arrows[arrow];
        Rule.Holds(Repository.Product.Where(file => file.IsIn(folder)).SelectMany(file => Violations(file, arrow)), because + ":");
    }

    [Theory]
    [InlineData(0, "using Microsoft.Extensions.Logging;")]
    [InlineData(1, "using Gateway.Server.Rooms;")]
    [InlineData(2, "var client = new Gateway.Client.GatewayClient();")]
    [InlineData(3, "using Microsoft.AspNetCore.Http;")]
    [InlineData(4, "using System.Net.Sockets;")]
    [InlineData(4, "using Gateway.Server.Connections;")]
    [InlineData(4, "private Connections.Lane _lane;")]
    [InlineData(4, "using StackExchange.Redis;")]
    [InlineData(4, "using Gateway.Server.Cluster;")]
    [InlineData(4, "using Gateway.Nats;")]
    [InlineData(5, "using Gateway.Server.Storage.Redis;")]
    [InlineData(5, "using Gateway.Server.Rooms;")]
    [InlineData(6, "using Gateway.Server.Connections;")]
    public void Rule_forbiddenMention_isFound(int arrow, string code) => Assert.NotEmpty(Violations(new SourceFile($"{Arrows[arrow].Folder}/X.cs", code), arrow));

    [Fact]
    public void Rule_mentionInComment_isAllowed() => Assert.Empty(Violations(new SourceFile("src/Gateway.Server/Rooms/X.cs", "// A twin of Redis."), 4));

    private static IEnumerable<string> Violations(SourceFile file, int arrow) => Rule.FindInCode([file], Arrows[arrow].Forbidden);
}
