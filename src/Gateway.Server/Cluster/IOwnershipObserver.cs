namespace Gateway.Server.Cluster;

/// <summary>Told what becomes of leases, for metrics and logs. Called on the cluster's loop.</summary>
internal interface IOwnershipObserver
{
    void OnAcquired(int shard, TimeSpan latency);

    void OnLost(int shard, LossCause cause);

    /// <summary>A call threw what it must not.</summary>
    void OnStoreFault(Exception exception);
}
