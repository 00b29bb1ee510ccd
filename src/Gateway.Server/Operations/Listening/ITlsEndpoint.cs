namespace Gateway.Server.Operations.Listening;

/// <summary>A transport under Kestrel that may speak TLS itself.</summary>
internal interface ITlsEndpoint
{
    /// <summary>True: Kestrel gets decrypted bytes and must not expect TLS.</summary>
    bool SpeaksTls { get; }
}
