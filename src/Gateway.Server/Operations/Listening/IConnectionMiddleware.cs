using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Operations.Listening;

/// <summary>What wants to see every connection's bytes, after TLS and before HTTP. Registered as a service, attached to every endpoint.</summary>
internal interface IConnectionMiddleware
{
    void Attach(ListenOptions listen);
}
