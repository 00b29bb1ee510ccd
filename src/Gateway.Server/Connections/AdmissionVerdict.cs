namespace Gateway.Server.Connections;

/// <summary>Whether a connection is let in, and what it is refused for.</summary>
internal enum AdmissionVerdict
{
    Admitted,
    NodeFull,
    AddressFull,
    Draining,
    AddressForbidden,
    NodeTooFast,
    AddressTooFast,
    HighMemory,
    HighCpu,
}
