using System.Net;

namespace Gateway.LoadTest.Clients;

/// <summary>How to open a connection.</summary>
/// <param name="Target">The gateway.</param>
/// <param name="Host">What the Host header and TLS call it.</param>
/// <param name="Source">The address to come from; null leaves it to the kernel.</param>
/// <param name="IsTls">Whether to speak TLS. Certificates are not checked: it is the load that is tested.</param>
/// <param name="IsSlow">Whether buffers are kept so small that the server notices at once when this end stops reading.</param>
internal sealed record SocketTerms(IPEndPoint Target, string Host, IPAddress? Source, bool IsTls, bool IsSlow);
