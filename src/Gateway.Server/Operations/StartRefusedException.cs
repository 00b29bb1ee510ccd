namespace Gateway.Server.Operations;

/// <summary>The node cannot start for a reason that a person can put right. Printed as sentences, without a stack trace.</summary>
internal sealed class StartRefusedException(params IReadOnlyList<string> sentences) : Exception(string.Join(Environment.NewLine, sentences))
{
    /// <summary>One per problem.</summary>
    public IReadOnlyList<string> Sentences { get; } = sentences;
}
