namespace Gateway.Server.Cluster;

/// <summary>
/// Makes this node the owner of the shards that the ring gives it: acquires their leases, renews them, stops in time, hands over, takes over. A state machine per shard; used by the
/// cluster's loop only, which also gets the store's answers.
/// </summary>
/// <remarks>
/// <para>The invariant. At any moment of true time at most one node holds the lease of a shard in the store, and its epoch is the largest ever granted. A node believes that it
/// owns a shard (<see cref="ShardLease.IsInForce"/>) only from the answer to its acquire until <c>duration - margin</c> after the moment before its last acquire or renewal that was
/// granted, by its own monotonic clock; in true time, as long as clocks run at most <c>margin / duration</c> apart, that ends before the lease does. So at most one node believes it. What a
/// node does that was paused between asking and acting, or whose clock stood still, carries an epoch that is not the largest any more, and the store refuses it.</para>
/// <para>A shard changes hands when the ring has moved it and the node that is to have it says, by its ring's fingerprint, that it sees the same: never let go before the other
/// reaches out. Then: rooms finish (bounded), lost, released, told; the other one acquires when it hears that nobody claims it any more. A lease that its holder does not renew is
/// acquired when it has run out; the store's refusal says when that is.</para>
/// </remarks>
internal sealed class ShardOwnership : IAsyncDisposable
{
    // So many questions to the store at once: a node that starts alone asks for all 256.
    private const int MaxAcquiring = 64;

    private readonly ShardSlot[] _slots = [.. Enumerable.Range(0, ILeases.ShardCount).Select(static shard => new ShardSlot(shard))];
    private readonly string _holder;
    private readonly ClusterOptions _options;
    private readonly ILeases _leases;
    private readonly IShardRooms _rooms;
    private readonly IOwnershipObserver _observer;
    private readonly TimeProvider _time;
    private readonly Clock _clock;
    private readonly Action<Action> _post;
    private readonly CancellationTokenSource _ending = new();
    private Task _renewing = Task.CompletedTask;
    private Task _probing = Task.CompletedTask;
    private long _nextRenewAt;
    private long _nextProbeAt;
    private int _acquiring;
    private bool _isRenewing;
    private bool _isProbing;

    /// <param name="holder">This life of this node.</param>
    /// <param name="options">The cluster's.</param>
    /// <param name="leases">The store.</param>
    /// <param name="rooms">Told what is ours.</param>
    /// <param name="observer">Told for metrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="post">Has something done on the cluster's loop, after what is being done now. From any thread.</param>
    public ShardOwnership(
        string holder, ClusterOptions options, ILeases leases, IShardRooms rooms, IOwnershipObserver observer, TimeProvider time, Action<Action> post)
    {
        _holder = holder;
        _options = options;
        _leases = leases;
        _rooms = rooms;
        _observer = observer;
        _time = time;
        _clock = new Clock(time);
        _post = post;
        StoreAnsweredAt = RenewedAt = _nextRenewAt = _nextProbeAt = _clock.Now;
    }

    /// <summary>Whether what this node owns has changed; the caller takes it back.</summary>
    public bool HasChanged { get; set; }

    /// <summary>When the store last answered a question, as a timestamp.</summary>
    public long StoreAnsweredAt { get; private set; }

    /// <summary>When all that is held was last renewed, as a timestamp; for the age of the leases.</summary>
    public long RenewedAt { get; private set; }

    /// <summary>How many shards the store knows as ours.</summary>
    public int HeldCount => _slots.Count(static slot => slot.Claim != 0);

    public ShardLease? LeaseOf(int shard) => _slots[shard].Lease;

    /// <summary>What the store knows as ours, for the beats: also what is being handed over and released, because nobody else can have it yet.</summary>
    public ShardEpoch[] Held => [.. _slots.Where(static slot => slot.Claim != 0).Select(static slot => new ShardEpoch(slot.Shard, slot.Claim))];

    /// <summary>What the ring and the others say of a shard now.</summary>
    /// <param name="shard">Which.</param>
    /// <param name="isWanted">The ring gives it to this node.</param>
    /// <param name="isClaimed">Another node that lives says it owns it: to be asked for only now and then, until it says otherwise.</param>
    /// <param name="mayGo">If it is ours and not wanted: the other reaches out for it, so let go.</param>
    public void Direct(int shard, bool isWanted, bool isClaimed, bool mayGo)
    {
        var slot = _slots[shard];
        if (slot.State == ShardState.Idle && isWanted && (!slot.IsWanted || isClaimed != slot.IsClaimed))
            slot.DueAt = isClaimed ? _clock.After(_options.LeaseDuration) : _clock.Now;
        (slot.IsWanted, slot.IsClaimed, slot.MayGo) = (isWanted, isClaimed, mayGo);
    }

    /// <summary>Time has passed, or something was directed.</summary>
    public void Tick()
    {
        var now = _clock.Now;
        foreach (var slot in _slots)
        {
            switch (slot.State)
            {
                case ShardState.Idle when slot.IsWanted && now >= slot.DueAt && _acquiring < MaxAcquiring:
                    slot.State = ShardState.Acquiring;
                    _acquiring++;
                    slot.Call = AcquireAsync(slot);
                    break;
                case ShardState.Owner or ShardState.HandingOver when !slot.Lease!.IsInForce(now):
                    Lose(slot, LossCause.RanOut);
                    break;
                case ShardState.Owner when !slot.IsWanted && slot.MayGo:
                    StartHandover(slot);
                    break;
                case ShardState.HandingOver when slot.IsFinished || now >= slot.DueAt:
                    Release(slot);
                    break;
            }
        }

        if (now >= _nextRenewAt && !_isRenewing)
            Renew();
        if (now >= _nextProbeAt && !_isProbing && HeldCount == 0)
        {
            _isProbing = true;
            _probing = ProbeAsync();
        }
    }

    /// <summary>Ends calls that are under way and returns when they have ended. Nothing is acquired any more after it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([_renewing, _probing, .. _slots.Select(static slot => slot.Call)]).ConfigureAwait(false);
        _ending.Dispose();
    }

    /// <summary>This node must stop at once: the leases are not its own in spirit any more. The store is not told; they run out.</summary>
    public void Abandon()
    {
        foreach (var slot in _slots)
        {
            slot.IsWanted = false;
            if (slot.Lease is not null)
                Lose(slot, LossCause.Taken);
        }
    }

    private void StartHandover(ShardSlot slot)
    {
        slot.State = ShardState.HandingOver;
        slot.IsFinished = false;
        slot.DueAt = _clock.After(_options.HandoverTime);
        _rooms.OnLosing(slot.Lease!);
    }

    private void Release(ShardSlot slot)
    {
        var lease = slot.Lease!;
        Lose(slot, LossCause.HandedOver);
        StartRelease(slot, lease.Epoch);
    }

    private void StartRelease(ShardSlot slot, long epoch)
    {
        slot.State = ShardState.Releasing;
        slot.Claim = epoch;
        slot.Call = ReleaseAsync(slot, new ShardEpoch(slot.Shard, epoch));
    }

    private void Lose(ShardSlot slot, LossCause cause)
    {
        var lease = slot.Lease!;
        slot.Lease = null;
        slot.Claim = 0;
        slot.State = ShardState.Idle;
        slot.DueAt = _clock.Now;
        HasChanged = true;
        lease.End();
        _rooms.OnLost(lease);
        _observer.OnLost(slot.Shard, cause);
    }

    private async Task AcquireAsync(ShardSlot slot)
    {
        var started = _clock.Now;
        var answer = await AskAsync(token => _leases.AcquireAsync(slot.Shard, _holder, _options.LeaseDuration, token), LeaseAnswer.Unavailable).ConfigureAwait(false);
        _post(() => TakeAcquired(slot, started, answer));
    }

    private void TakeAcquired(ShardSlot slot, long started, LeaseAnswer answer)
    {
        _acquiring--;
        slot.State = ShardState.Idle;
        NoteAnswer(answer.Status);
        var now = _clock.Now;
        switch (answer.Status)
        {
            case LeaseStatus.Granted when slot.IsWanted && now < UntilOf(started):
                slot.State = ShardState.Owner;
                slot.Claim = answer.Epoch;
                slot.Lease = new ShardLease(slot.Shard, answer.Epoch, UntilOf(started), Finished) { Previous = answer.Previous };
                HasChanged = true;
                _observer.OnAcquired(slot.Shard, _clock.Since(started));
                _rooms.OnAcquired(slot.Lease);
                break;
            case LeaseStatus.Granted:
                // Not wanted any more, or so late that it may have run out.
                StartRelease(slot, answer.Epoch);
                break;
            case LeaseStatus.Held when !slot.IsClaimed:
                slot.DueAt = _clock.After(now, answer.Remaining < _options.BeatInterval ? answer.Remaining : _options.BeatInterval);
                break;
            default:
                slot.DueAt = _clock.After(now, slot.IsClaimed ? _options.LeaseDuration : _options.BeatInterval / 4);
                break;
        }
    }

    private async Task ReleaseAsync(ShardSlot slot, ShardEpoch lease)
    {
        var status = await AskAsync(token => _leases.ReleaseAsync(_holder, lease, token), LeaseStatus.Unavailable).ConfigureAwait(false);
        _post(() =>
        {
            // When the store did not hear it, the lease runs out by itself.
            NoteAnswer(status);
            slot.Claim = 0;
            slot.State = ShardState.Idle;
            slot.DueAt = _clock.After(slot.IsClaimed ? _options.LeaseDuration : TimeSpan.Zero);
            HasChanged = true;
        });
    }

    private void Renew()
    {
        ShardEpoch[] held = [.. _slots.Where(static slot => slot.Lease is not null).Select(static slot => new ShardEpoch(slot.Shard, slot.Lease!.Epoch))];
        _nextRenewAt = _clock.After(_options.LeaseDuration / 4);
        if (held.Length == 0)
        {
            RenewedAt = _clock.Now;
            return;
        }

        _isRenewing = true;
        _renewing = RenewAsync(held);
    }

    private async Task RenewAsync(ShardEpoch[] held)
    {
        var started = _clock.Now;
        var statuses = await AskAsync(token => _leases.RenewAsync(_holder, held, _options.LeaseDuration, token), []).ConfigureAwait(false);
        _post(() => TakeRenewed(held, started, statuses));
    }

    private void TakeRenewed(ShardEpoch[] held, long started, LeaseStatus[] statuses)
    {
        _isRenewing = false;
        var now = _clock.Now;
        var isWhole = statuses.Length == held.Length;
        for (var i = 0; i < statuses.Length; i++)
        {
            NoteAnswer(statuses[i]);
            isWhole &= statuses[i] != LeaseStatus.Unavailable;
            var slot = _slots[held[i].Shard];
            if (slot.Lease is not { } lease || lease.Epoch != held[i].Epoch)
                continue;
            if (statuses[i] == LeaseStatus.Lost || !lease.IsInForce(now))
                Lose(slot, statuses[i] == LeaseStatus.Lost ? LossCause.Taken : LossCause.RanOut);
            else if (statuses[i] == LeaseStatus.Granted)
                lease.Extend(UntilOf(started));
        }

        if (isWhole)
            RenewedAt = started;
        else
            _nextRenewAt = _clock.After(_options.LeaseDuration / 20);
    }

    /// <summary>A node that owns nothing finds out whether the store is there.</summary>
    private async Task ProbeAsync()
    {
        var answer = await AskAsync(token => _leases.ReadAsync(0, token), LeaseAnswer.Unavailable).ConfigureAwait(false);
        _post(() =>
        {
            _isProbing = false;
            _nextProbeAt = _clock.After(_options.BeatInterval);
            NoteAnswer(answer.Status);
        });
    }

    /// <summary>Asks the store, for a quarter of a lease at most; whatever goes wrong is no answer.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, ValueTask<T>> ask, T unavailable)
    {
        using var limit = new CancellationTokenSource(_options.LeaseDuration / 4, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ending.Token);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return unavailable;
        }
        catch (Exception fault)
        {
            _observer.OnStoreFault(fault);
            return unavailable;
        }
    }

    private void NoteAnswer(LeaseStatus status)
    {
        if (status != LeaseStatus.Unavailable)
            StoreAnsweredAt = _clock.Now;
    }

    private long UntilOf(long started) => _clock.After(started, _options.LeaseDuration - _options.LeaseMargin);

    /// <summary>From any thread.</summary>
    private void Finished(ShardLease lease) => _post(() =>
    {
        var slot = _slots[lease.Shard];
        if (ReferenceEquals(slot.Lease, lease))
            slot.IsFinished = true;
    });
}
