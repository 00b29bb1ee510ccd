using System.Globalization;

namespace Gateway.Server.Cluster;

/// <summary>One life of a node: a node that starts again under its name has a larger incarnation and is another one.</summary>
/// <param name="Name">The node's name (<c>Gateway:Name</c>), unique among the nodes that live.</param>
/// <param name="Incarnation">When this life began, in Unix milliseconds; larger than any before.</param>
internal readonly record struct NodeId(string Name, long Incarnation) : IComparable<NodeId>
{
    /// <summary>As <c>name/incarnation</c>: the holder of leases. A name has no slash.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}/{Incarnation}");

    public static bool TryParse(string text, out NodeId id)
    {
        var slash = text.LastIndexOf('/');
        if (slash > 0 && long.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var incarnation))
        {
            id = new NodeId(text[..slash], incarnation);
            return true;
        }

        id = default;
        return false;
    }

    public int CompareTo(NodeId other) => string.CompareOrdinal(Name, other.Name) is not 0 and var byName ? byName : Incarnation.CompareTo(other.Incarnation);

    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;
}
