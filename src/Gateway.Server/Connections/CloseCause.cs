using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Connections;

/// <summary>How a connection ended, for metrics, logs and presence.</summary>
/// <param name="Code">The close code, ours or the peer's; 1006 when there was none.</param>
/// <param name="ByPeer">Who closed first.</param>
internal readonly record struct CloseCause(ushort Code, bool ByPeer)
{
    public const ushort Abnormal = 1006;

    /// <summary>True when the peer said goodbye, with a code or without (as browsers do by default): it will not be back in a moment.</summary>
    public bool IsGoodbye => ByPeer && (CloseCode)Code is CloseCode.NormalClosure or CloseCode.GoingAway or CloseCode.NoStatus;
}
