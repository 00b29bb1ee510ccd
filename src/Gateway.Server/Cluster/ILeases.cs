namespace Gateway.Server.Cluster;

/// <summary>
/// Who owns which shard, kept in one place for all nodes. A lease is held by one node for a time; each grant has an epoch, larger than every one granted for
/// that shard before: also after a release, after a lease ran out, and when its own holder acquires it again. Whoever writes for a shard shows its epoch, and the
/// store refuses an older one: that is what stops a node that was paused and does not know it yet.
/// </summary>
/// <remarks>
/// <para>Time is the store's. What the holder believes is more careful: its lease ends for it <c>duration</c> after the moment <em>before</em> it made the call, on
/// its own monotonic clock, however long the answer took.</para>
/// <para>An epoch is <c>max(last + 1, the store's time in Unix milliseconds)</c>: so it also grows when the store has forgotten the last one (a fail-over
/// that lost a write, an emptied database).</para>
/// <para>A call whose answer is <see cref="LeaseStatus.Unavailable"/> may have been carried out. Any number of calls may be under way, from any thread; a cancelled one throws
/// <see cref="OperationCanceledException"/> and may have been carried out. Nothing else is thrown but for arguments that cannot be.</para>
/// </remarks>
internal interface ILeases
{
    /// <summary>Shards are numbered from 0 to this, less one.</summary>
    const int ShardCount = 256;

    /// <summary>
    /// Takes a free shard, one whose lease has run out, or one that the holder has already (with a new epoch: it did not hear of the last one).
    /// </summary>
    /// <param name="shard">Which.</param>
    /// <param name="holder">The node with its incarnation, as <see cref="NodeId.ToString"/> writes it; compared byte by byte.</param>
    /// <param name="duration">For how long, from the moment the store grants it. At least a millisecond.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns><see cref="LeaseStatus.Granted"/> with the epoch and the one before it; <see cref="LeaseStatus.Held"/> with the other holder, its epoch, and how long it still has; or <see cref="LeaseStatus.Unavailable"/>.</returns>
    ValueTask<LeaseAnswer> AcquireAsync(int shard, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>
    /// Makes leases last <paramref name="duration"/> from now. One that has run out, was released, or has another epoch is lost; it is not revived, even if nobody took it.
    /// </summary>
    /// <returns>What became of each, in the order of <paramref name="leases"/>: <see cref="LeaseStatus.Granted"/>, <see cref="LeaseStatus.Lost"/> or <see cref="LeaseStatus.Unavailable"/>.</returns>
    ValueTask<LeaseStatus[]> RenewAsync(string holder, IReadOnlyList<ShardEpoch> leases, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a shard back, so that the next may take it at once.</summary>
    /// <returns><see cref="LeaseStatus.Free"/> when it is given back, <see cref="LeaseStatus.Lost"/> when this lease was not in force any more (nothing was changed), or <see cref="LeaseStatus.Unavailable"/>.</returns>
    ValueTask<LeaseStatus> ReleaseAsync(string holder, ShardEpoch lease, CancellationToken cancellationToken);

    /// <summary>Who holds a shard now.</summary>
    /// <returns><see cref="LeaseStatus.Held"/> with holder, epoch and remaining time; <see cref="LeaseStatus.Free"/> with the last epoch (0 when there was none); or <see cref="LeaseStatus.Unavailable"/>.</returns>
    ValueTask<LeaseAnswer> ReadAsync(int shard, CancellationToken cancellationToken);
}
