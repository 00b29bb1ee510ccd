namespace Gateway.Nats;

/// <summary>What went wrong, for a program and for a person.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Text">A sentence; of a server's error its own words.</param>
public sealed record NatsError(NatsErrorCode Code, string Text)
{
    /// <summary>Where it happened: host and port, without credentials.</summary>
    public string? Server { get; init; }

    /// <summary>Of a permission error the subject.</summary>
    public string? Subject { get; init; }

    /// <summary>What the base library threw, if it did.</summary>
    public Exception? Cause { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Server is null ? $"{Code}: {Text}" : $"{Code} ({Server}): {Text}";
}
