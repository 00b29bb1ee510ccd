namespace Gateway.Server.Cluster;

/// <summary>What the cluster logs; event ids 7000 to 7099.</summary>
internal sealed partial class ClusterLog(ILogger<ClusterLog> logger)
{
    public void Changed(MemberState state, int nodes, string names) => LogChanged(state, nodes, names);

    public void Refused(string sentence) => LogRefused(sentence);

    public void LeftWithShards(int count) => LogLeftWithShards(count);

    public void Fault(Exception exception) => LogFault(exception);

    public void StoreFault(Exception exception) => LogStoreFault(exception);

    public void RanOut(int count) => LogRanOut(count);

    public void Taken(int count) => LogTaken(count);

    [LoggerMessage(EventId = 7000, Level = LogLevel.Information, Message = "Cluster: this node is {State}; {Nodes} nodes take shards: {Names}")]
    private partial void LogChanged(MemberState state, int nodes, string names);

    [LoggerMessage(EventId = 7001, Level = LogLevel.Critical, Message = "Cluster: {Sentence} This node stops")]
    private partial void LogRefused(string sentence);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Warning, Message = "Cluster: left with {Count} shards not released; their leases run out by themselves")]
    private partial void LogLeftWithShards(int count);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Error, Message = "Cluster: a turn of the loop failed; it goes on")]
    private partial void LogFault(Exception exception);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Error, Message = "Cluster: the store of the leases threw")]
    private partial void LogStoreFault(Exception exception);

    [LoggerMessage(EventId = 7005, Level = LogLevel.Warning, Message = "Cluster: the leases of {Count} shards could not be renewed in time; this node stopped owning them")]
    private partial void LogRanOut(int count);

    [LoggerMessage(EventId = 7006, Level = LogLevel.Warning, Message = "Cluster: the leases of {Count} shards are not this node's any more")]
    private partial void LogTaken(int count);
}
