using System.Globalization;
using System.Text;
using Gateway.Server.Cluster;
using Gateway.Server.Operations.Messaging;

namespace Gateway.Server.Relay;

/// <summary>The subjects of a cluster's relay.</summary>
internal sealed class RelaySubjects(string cluster)
{
    private readonly string _prefix = $"gateway.cluster.{cluster}.";

    /// <summary>What is for one life of one node.</summary>
    public string OfNode(NodeId node) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}node.{SubjectEscape.Escape(node.Name)}.{node.Incarnation}");

    /// <summary>What the owner of a room sends to all nodes that follow it.</summary>
    public string OfRoom(string room) => $"{_prefix}room.{SubjectEscape.Escape(room)}";

    public static byte[] Utf8(string subject) => Encoding.UTF8.GetBytes(subject);
}
