namespace Gateway.Server.Cluster;

/// <summary>
/// Carries beats to all nodes of the cluster, the sender included: a node that does not hear itself knows that nobody does. A beat may be lost, late, doubled, and overtaken by another.
/// </summary>
internal interface INodeBus
{
    /// <summary>Sends; never waits.</summary>
    void Send(Beat beat);
}
