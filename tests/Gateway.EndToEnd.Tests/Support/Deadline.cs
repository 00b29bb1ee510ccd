namespace Gateway.EndToEnd.Tests.Support;

/// <summary>Ends a test that hangs. Far beyond what anything takes: nothing here is a statement about speed.</summary>
internal static class Deadline
{
    public static CancellationTokenSource Start(int seconds = 120)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromSeconds(seconds));
        return source;
    }
}
