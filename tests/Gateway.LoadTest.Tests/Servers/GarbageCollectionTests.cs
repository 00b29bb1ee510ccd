using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Tests.Servers;

public class GarbageCollectionTests
{
    [Fact]
    public async Task ForceAsync_thisProcess_collectsItAll()
    {
        var forgotten = Forget();
        var before = GC.CollectionCount(GC.MaxGeneration);

        Assert.True(await GarbageCollection.ForceAsync(Environment.ProcessId, TestContext.Current.CancellationToken));

        Assert.True(GC.CollectionCount(GC.MaxGeneration) > before);
        Assert.False(forgotten.TryGetTarget(out _));
    }

    [Fact]
    public async Task ForceAsync_noDotNetProcess_isFalse() => Assert.False(await GarbageCollection.ForceAsync(1, TestContext.Current.CancellationToken));

    private static WeakReference<object> Forget() => new(new object());
}
