namespace Gateway.Client;

/// <summary>How the client comes back: exponential back-off with full jitter.</summary>
/// <remarks>
/// Before attempt <c>n</c> (counted from 0) the client waits a random time between zero and
/// <c>min(MaxDelay, InitialDelay · 2ⁿ)</c>, but never less than the gateway asks for. The count starts anew once a connection has
/// held for <see cref="StableAfter"/>, so that a gateway that welcomes and drops is not stormed.
/// </remarks>
public sealed class ReconnectOptions
{
    /// <summary>Upper bound of the first wait. 1 s by default, as the protocol asks. A smaller one makes storms after an outage.</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper bound of every wait. 30 s by default, as the protocol asks.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how many failed attempts in a row the failure is reported: status <see cref="ConnectionStatus.Disconnected"/>, and an
    /// exception from a waiting <see cref="GatewayClient.ConnectAsync"/>. 5 by default. One attempt tries every endpoint once.
    /// </summary>
    public int AttemptsBeforeFailure { get; set; } = 5;

    /// <summary>Whether the client gives up when it reports a failure. False by default: it goes on trying for as long as it is open.</summary>
    public bool StopAfterFailure { get; set; }

    /// <summary>How long a connection must hold for the back-off to start anew. 10 s by default.</summary>
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromSeconds(10);
}
