using System.Collections.Concurrent;

namespace Gateway.Server.Jobs;

/// <summary>One writer an upload. In memory: the data directory belongs to one process.</summary>
internal sealed class UploadLocks
{
    private readonly ConcurrentDictionary<string, byte> _held = new(StringComparer.Ordinal);

    /// <summary>Null when somebody else has it. Disposing gives it back.</summary>
    public IDisposable? TryTake(string id) => _held.TryAdd(id, 0) ? new Held(this, id) : null;

    private sealed class Held(UploadLocks owner, string id) : IDisposable
    {
        public void Dispose() => owner._held.TryRemove(id, out _);
    }
}
