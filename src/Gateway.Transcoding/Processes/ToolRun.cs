namespace Gateway.Transcoding.Processes;

/// <summary>One run of ffmpeg or ffprobe.</summary>
internal sealed record ToolRun
{
    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required TimeSpan TimeLimit { get; init; }

    /// <summary>Null: no watchdog.</summary>
    public TimeSpan? StallTimeout { get; init; }

    /// <summary>Takes the standard output piece by piece; says what that meant.</summary>
    public required Func<ReadOnlyMemory<byte>, ValueTask<OutputVerdict>> OnOutput { get; init; }

    /// <summary>Is told of the process as soon as it lives, so that a later start can find it.</summary>
    public Action<ProcessIdentity, string>? OnStarted { get; init; }
}
