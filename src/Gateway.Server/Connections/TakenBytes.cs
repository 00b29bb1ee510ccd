namespace Gateway.Server.Connections;

/// <summary>How far a peer's kernel has taken what a connection sent.</summary>
/// <param name="Count">Bytes it has taken since the connection began, the FIN counted as one.</param>
/// <param name="Left">Bytes that it has not.</param>
/// <param name="SinceAnswer">Milliseconds since it last said anything, be it that it has no place.</param>
internal readonly record struct TakenBytes(ulong Count, long Left, long SinceAnswer)
{
    public bool IsAll => Left == 0;

    /// <summary>What <see cref="Count"/> will be when all that was sent has been taken.</summary>
    public ulong End => Count + (ulong)Left;
}
