using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>A call whose answer is a <typeparamref name="T"/>.</summary>
internal sealed class PendingCall<T>(FrameWrite write, Op answer, AnswerRead<T> read, bool isRepeatable) : PendingCall(write, isRepeatable)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Completion => _completion.Task;

    public override void Answer(in RawFrame frame)
    {
        if (frame.Op == (int)answer && read(frame, out var value))
            _completion.TrySetResult(value);
        else
            Fail(new GatewayException(GatewayFailure.ProtocolError, $"The gateway answered with a frame of op {frame.Op} that cannot be read as {answer}."));
    }

    public override void Fail(GatewayException exception)
    {
        // Looked at once, so that a call nobody waits for (a leave while disposing) does not count as unobserved.
        if (_completion.TrySetException(exception))
            _ = _completion.Task.Exception;
    }
}
