using Gateway.Protocol.Frames;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Publishing;

/// <summary>
/// Waits for a room's word about a message that came over NATS, and answers. Pooled: belongs to the intake until the room has it, then to the room until
/// <see cref="OnPublished"/>, which gives it back.
/// </summary>
internal sealed class PendingAck : IPublisher
{
    private static readonly BoundedPool<PendingAck> Pool = new(static () => new PendingAck(), 8192);

    // Inboxes are about 30 bytes; a longer one makes its object keep a larger array.
    private byte[] _replyTo = new byte[64];
    private int _replyToLength;
    private PayloadFormat _format;
    private NatsAnswers _answers = null!;
    private BackendsMetrics _metrics = null!;

    public static PendingAck Rent(NatsAnswers answers, BackendsMetrics metrics, PayloadFormat format, ReadOnlySpan<byte> replyTo)
    {
        var ack = Pool.Rent();
        if (ack._replyTo.Length < replyTo.Length)
            ack._replyTo = new byte[replyTo.Length];
        replyTo.CopyTo(ack._replyTo);
        ack._replyToLength = replyTo.Length;
        ack._format = format;
        ack._answers = answers;
        ack._metrics = metrics;
        return ack;
    }

    public void OnPublished(long replyTag, PublishResult result)
    {
        var code = PublishErrors.Of(result.Status);
        var replyTo = _replyTo.AsSpan(0, _replyToLength);
        if (code == ErrorCode.None)
            _answers.Ack(replyTo, _format, result);
        else
            _answers.Error(replyTo, _format, code, code.Sentence());
        _metrics.Count("room", code);
        _metrics.Leave();
        _answers = null!;
        _metrics = null!;
        Pool.Return(this);
    }
}
