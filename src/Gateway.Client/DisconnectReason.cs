namespace Gateway.Client;

/// <summary>Why there is no connection.</summary>
/// <param name="Cause">The kind of reason.</param>
/// <param name="Code">
/// The WebSocket close code (4000 and above are the gateway's own), or the code of the error frame that refused the client; 0 when there was neither.
/// </param>
/// <param name="Sentence">One sentence for a person.</param>
/// <param name="Exception">What was thrown underneath, where something was.</param>
public sealed record DisconnectReason(DisconnectCause Cause, int Code, string Sentence, Exception? Exception = null);
