namespace Gateway.Nats;

/// <summary>What went wrong. The numbers are stable: 1 to 99 come from a server, 100 and above from the client.</summary>
public enum NatsErrorCode
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A server said something this client has no code for; the text says it.</summary>
    ServerError = 1,

    /// <summary>The credentials were refused.</summary>
    AuthenticationFailed = 2,

    /// <summary>The credentials have expired.</summary>
    AuthenticationExpired = 3,

    /// <summary>The credentials were revoked.</summary>
    AuthenticationRevoked = 4,

    /// <summary>The server did not wait for the credentials any longer.</summary>
    AuthenticationTimeout = 5,

    /// <summary>One may not do that.</summary>
    PermissionDenied = 6,

    /// <summary>One may not publish to the subject. The message is gone, the connection goes on.</summary>
    PublishDenied = 7,

    /// <summary>One may not subscribe to the subject. The subscription gets nothing, the connection goes on.</summary>
    SubscribeDenied = 8,

    /// <summary>The client does not read fast enough for the server, which closes the connection.</summary>
    SlowConsumer = 9,

    /// <summary>A message was larger than the server allows.</summary>
    PayloadTooLarge = 10,

    /// <summary>A subject was longer than the server allows.</summary>
    ControlLineTooLong = 11,

    /// <summary>The server or account has as many connections as it may.</summary>
    TooManyConnections = 12,

    /// <summary>The connection has as many subscriptions as it may.</summary>
    TooManySubscriptions = 13,

    /// <summary>The server got no PONG in time.</summary>
    StaleConnection = 14,

    /// <summary>The server wants TLS.</summary>
    TlsRequired = 15,

    /// <summary>The server does not like a subject.</summary>
    InvalidSubject = 16,

    /// <summary>The server did not understand the client.</summary>
    ProtocolViolation = 17,

    /// <summary>The address is not that of the clients' port.</summary>
    WrongPort = 18,

    /// <summary>The server shuts down.</summary>
    ServerShutdown = 19,

    /// <summary>No connection came about in time, or it was refused.</summary>
    ConnectFailed = 100,

    /// <summary>TLS did not come about: no trust, the wrong name, or the server does not offer it.</summary>
    TlsFailed = 101,

    /// <summary>The connection ended without a word.</summary>
    ConnectionLost = 102,

    /// <summary>The server did not answer pings.</summary>
    PingTimeout = 103,

    /// <summary>The server did not take what was sent to it.</summary>
    WriteTimeout = 104,

    /// <summary>The server sent what is not the protocol, or is beyond the limits of the client.</summary>
    MalformedInput = 105,

    /// <summary>The credentials cannot be used: an unreadable file, or a server that sent no nonce.</summary>
    CredentialsUnusable = 106,

    /// <summary>The server shuts down soon and the client has moved to another one.</summary>
    LameDuck = 107,

    /// <summary>The connection was closed by its owner.</summary>
    Closed = 108,

    /// <summary>A message waiting to be sent is larger than the next server allows, and was dropped.</summary>
    PendingMessageDropped = 109,

    /// <summary>A drain did not end in time.</summary>
    DrainTimeout = 110,

    /// <summary>A fault of this client; its cause is worth a report. The connection is made anew.</summary>
    ClientFault = 111,
}
