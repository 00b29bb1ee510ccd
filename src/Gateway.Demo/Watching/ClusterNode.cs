namespace Gateway.Demo.Watching;

/// <summary>A node as <c>GET /cluster</c> tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">How it is: <c>alive</c>, <c>suspected</c>, <c>dead</c> …</param>
/// <param name="Shards">How many it owns.</param>
internal sealed record ClusterNode(string Name, string Status, int Shards);
