namespace Gateway.Server.Operations.Health;

/// <summary>What a check found.</summary>
/// <param name="IsReady">Whether the node should get traffic, as far as this check can tell.</param>
/// <param name="Sentence">Why, for the person on call.</param>
internal readonly record struct ReadinessResult(bool IsReady, string Sentence)
{
    public static ReadinessResult Ready(string sentence) => new(IsReady: true, sentence);

    public static ReadinessResult NotReady(string sentence) => new(IsReady: false, sentence);
}
