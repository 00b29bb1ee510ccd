namespace Gateway.LoadTest.Running;

/// <summary>Time as the load sees it, in nanoseconds of CLOCK_MONOTONIC.</summary>
internal interface IPacer
{
    long Now { get; }

    /// <summary>Completes at this time or at once when it has passed; a waiting load never moves its due times.</summary>
    ValueTask WaitUntil(long time);
}
