namespace Gateway.Client.Sessions;

/// <summary>What <c>goaway</c> said: when to come back, where, and with which ticket.</summary>
/// <param name="Due">The session's clock at which to come back.</param>
/// <param name="Url">Where; null is where the client was.</param>
/// <param name="Ticket">What lets it in first; null when none was given.</param>
/// <param name="Code">The close code that the server gave as its reason.</param>
/// <param name="Sentence">The reason in words.</param>
internal sealed record Appointment(TimeSpan Due, Uri? Url, string? Ticket, int Code, string Sentence);
