namespace Gateway.Server.Connections;

/// <summary>Answers clients' requests (op <c>request</c>) under one name. Called off the lanes, many at a time.</summary>
internal interface IRequestService
{
    string Name { get; }

    /// <summary>Answers one request. An exception is a fault (2006) and is logged; a refusal is a <see cref="RequestAnswer"/>.</summary>
    ValueTask<RequestAnswer> AnswerAsync(ServiceRequest request, CancellationToken cancellationToken);
}
