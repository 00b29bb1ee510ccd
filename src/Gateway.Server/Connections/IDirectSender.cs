namespace Gateway.Server.Connections;

/// <summary>Waits for how many connections a direct message reached.</summary>
internal interface IDirectSender
{
    /// <summary>Instead of a count: no connection is known to have been reached, and not all nodes have answered.</summary>
    const int Unavailable = -1;

    /// <summary>Called on any thread: a sender passes the result on to its own lane.</summary>
    /// <param name="id">The id of the message, as the sender gave it.</param>
    /// <param name="count">How many connections, on all nodes that have answered; or <see cref="Unavailable"/>.</param>
    void OnSent(int id, int count);
}
