using System.Runtime.InteropServices;

namespace Gateway.Nats;

/// <summary>How a request ended.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Message">The reply, when there is one.</param>
/// <param name="Refusal">Of a refused request what its publish said; <see cref="NatsPublishResult.Accepted"/> when too many requests waited.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NatsReply(NatsRequestStatus Status, NatsReceivedMessage? Message, NatsPublishResult Refusal)
{
    /// <summary>Whether there is a reply.</summary>
    public bool IsReplied => Status == NatsRequestStatus.Replied;
}
