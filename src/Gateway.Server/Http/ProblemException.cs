namespace Gateway.Server.Http;

/// <summary>
/// Carries a <see cref="Http.Problem"/> out of the depth of reading a request (body, headers), where a return value would be threaded through
/// every call. Caught once, by <see cref="ProblemMiddleware"/>. Outcomes of the stores are return values, not this.
/// </summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Sentence)
{
    public Problem Problem => problem;
}
