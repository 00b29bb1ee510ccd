namespace Gateway.Server.Backends;

/// <summary>How a payload or an answer is written.</summary>
internal enum PayloadFormat
{
    /// <summary>What nobody said: for people and shells.</summary>
    Json,

    MessagePack,
}
