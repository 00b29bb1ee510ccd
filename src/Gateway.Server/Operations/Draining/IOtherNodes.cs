namespace Gateway.Server.Operations.Draining;

/// <summary>Where clients may be sent from here.</summary>
internal interface IOtherNodes
{
    /// <summary>The addresses for clients of the other nodes that live, are ready, and have one; in no promised order. Any thread.</summary>
    IReadOnlyList<string> PublicUrls { get; }
}
