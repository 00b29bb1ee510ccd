using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Backends.Api;

/// <summary>Tells other nodes how this one is.</summary>
internal sealed class DescribeAnswerer(BackendApi api) : INodeAnswerer
{
    public QuestionKind Kind => QuestionKind.Describe;

    public void Take(ReadOnlySpan<byte> body, Question question) => question.Reply(api.Node().Value.Span);
}
