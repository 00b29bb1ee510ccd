namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>What the echo endpoint under test must be configured to, because some cases lie at these limits.</summary>
internal static class ConformanceLimits
{
    public const int MaxMessageBytes = 1024 * 1024;
    public const int MaxFramesPerMessage = 16 * 1024;
}
