using Gateway.Protocol.Frames;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>What came back for one attempt to publish.</summary>
/// <param name="IsAcknowledged">It is in.</param>
/// <param name="IsBroken">The connection ended before an answer; it may be in or not.</param>
/// <param name="Epoch">Of the offset.</param>
/// <param name="Offset">Its place.</param>
/// <param name="Code">Else the error.</param>
/// <param name="RetryAfterMilliseconds">When to try again, if the gateway says so.</param>
/// <param name="Sentence">The error's.</param>
internal readonly record struct PublishAnswer(bool IsAcknowledged, bool IsBroken, long Epoch, long Offset, ErrorCode Code, int? RetryAfterMilliseconds, string Sentence)
{
    public static readonly PublishAnswer Broken = new(false, true, 0, 0, ErrorCode.None, null, "");
}
