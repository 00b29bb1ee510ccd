using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>
/// Drives every limit to its edge and one beyond: one case for each property of <see cref="ConnectionLimits"/>. A new limit needs a name in <see cref="LimitName"/>, a case in
/// one of the LimitEdges classes, and a row in the README's table of limits.
/// </summary>
public sealed class LimitEdgeTests
{
    private static readonly Dictionary<string, Action> Cases = new[] { CountEdges.Cases, RateEdges.Cases, TimeEdges.Cases, LoadEdges.Cases, NodeEdges.Cases }
        .SelectMany(static each => each).ToDictionary(static each => each.Key.ToString(), static each => each.Value, StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Properties];

    private static IEnumerable<string> Properties => OptionKeys.PropertiesOf(typeof(ConnectionLimits)).Select(static property => property.Name);

    [Theory]
    [MemberData(nameof(All))]
    public void Limit_at_its_edge_holds_and_one_beyond_is_refused(string limit)
    {
        Assert.True(Cases.TryGetValue(limit, out var edge), $"{limit} has no case: write one in the class of its kind, {nameof(CountEdges)} to {nameof(NodeEdges)}.");
        edge();
    }

    [Fact]
    public void Every_limit_has_one_name_and_one_case_and_nothing_else_has()
    {
        Assert.Equal(Properties.Order(StringComparer.Ordinal), Enum.GetNames<LimitName>().Order(StringComparer.Ordinal));
        Assert.Equal(Properties.Order(StringComparer.Ordinal), Cases.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_limit_tells_how_close_it_is_or_how_often_it_was_met()
    {
        using var scene = new LimitScene(new ConnectionLimits());
        Assert.All(Enum.GetValues<LimitName>(), limit => Assert.True(scene.Node.Gauges.SaturationOf(limit) is not null || scene.Node.Gauges.HitsOf(limit) is not null, $"{limit} is seen by nobody."));
    }
}
