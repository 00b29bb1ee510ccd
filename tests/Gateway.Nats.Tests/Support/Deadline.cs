namespace Gateway.Nats.Tests.Support;

/// <summary>Ends a test that hangs. Far beyond what anything takes: nothing here is a statement about speed.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static CancellationToken Token
    {
        get
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            source.CancelAfter(Patience);
            return source.Token;
        }
    }

    public static Task Within(this Task task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);
}
