namespace Gateway.Server.Rooms;

/// <summary>Lets a caller outside the lanes await the outcome of a publish.</summary>
internal sealed class PublishWaiter : IPublisher
{
    // Asynchronous continuations: the lane that completes it must not run the caller's code.
    private readonly TaskCompletionSource<PublishResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<PublishResult> Result => _result.Task;

    public void OnPublished(long replyTag, PublishResult result) => _result.SetResult(result);
}
