using System.Runtime.InteropServices;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>What sending to one connection needs to know; see <see cref="Outlets"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Outlet(Connection connection)
{
    public readonly Connection Connection = connection;

    /// <summary>Who is sent to: a member of rooms is only sent to through an outlet of its own, whatever number it has kept.</summary>
    public readonly IConnectionHandler Handler = connection.Handler;

    /// <summary>Where whole buffers may be sent; -1: through <see cref="Connection.SendGathered"/>.</summary>
    public readonly int File = connection.File;

    /// <summary><see cref="File"/> takes only what <see cref="Connection.Seal"/> makes.</summary>
    public readonly bool IsSealed = connection.IsSealed;

    public readonly WireEncoding Encoding = connection.Encoding;

    /// <summary>The place in the lane's batch; only while <see cref="IsGathered"/>.</summary>
    public int Entry;

    /// <summary>The lane's batch holds what the connection sends next.</summary>
    public bool IsGathered;

    /// <summary>Whatever is to be sent, the connection has to be asked.</summary>
    public bool IsBusy;
}
