using Gateway.Client.Sessions;

namespace Gateway.Client.Connections;

/// <summary>How a connection, or an attempt at one, ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="MayComeBack">Whether to try again without anything having changed.</param>
/// <param name="Lifetime">How long it was welcomed; null when it never was.</param>
/// <param name="RetryAfter">How long the gateway asks to wait; null when it did not say.</param>
/// <param name="Appointment">Where and when to go on, when the gateway gave an appointment.</param>
internal sealed record LinkEnd(
    DisconnectReason Reason, bool MayComeBack, TimeSpan? Lifetime = null, TimeSpan? RetryAfter = null, Appointment? Appointment = null)
{
    public bool WasWelcomed => Lifetime is not null;
}
