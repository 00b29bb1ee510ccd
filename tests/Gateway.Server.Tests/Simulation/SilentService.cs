using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Simulation;

/// <summary>A service that never answers.</summary>
internal sealed class SilentService : IRequestService
{
    public string Name => "silent";

    public async ValueTask<RequestAnswer> AnswerAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException("It never ends.");
    }
}
