using System.Diagnostics.CodeAnalysis;

namespace Gateway.Nats;

/// <summary>Thrown by what is awaited: connect, flush and drain.</summary>
public sealed class NatsException : Exception
{
    /// <summary>With its error.</summary>
    public NatsException(NatsError error)
        : base(error?.ToString(), error?.Cause) => Error = error ?? throw new ArgumentNullException(nameof(error));

    /// <summary>What went wrong.</summary>
    public NatsError Error { get; }

    [DoesNotReturn]
    internal static void Throw(NatsError error) => throw new NatsException(error);
}
