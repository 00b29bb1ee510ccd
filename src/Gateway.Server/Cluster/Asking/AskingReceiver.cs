namespace Gateway.Server.Cluster.Asking;

/// <summary>Takes a message off the wire; must not block.</summary>
/// <param name="message">Valid during the call.</param>
internal delegate void AskingReceiver(ReadOnlySpan<byte> message);
