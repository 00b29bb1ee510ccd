namespace Gateway.Server.Connections;

/// <summary>Waits for how many connections a direct message reached.</summary>
internal interface IDirectSender
{
    /// <summary>Called on the home lane of the user it was sent to, which may not be the sender's: it passes the result on to its own.</summary>
    /// <param name="id">The id of the message, as the sender gave it.</param>
    void OnSent(int id, int count);
}
