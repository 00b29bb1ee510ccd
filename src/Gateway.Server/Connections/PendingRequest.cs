namespace Gateway.Server.Connections;

/// <summary>A client's request on its way to a service and back to the session.</summary>
internal sealed class PendingRequest(int id, ServiceRequest request, TimeSpan timeout)
{
    public int Id { get; } = id;

    public ServiceRequest Request { get; } = request;

    public TimeSpan Timeout { get; } = timeout;

    public RequestAnswer Answer { get; set; }
}
