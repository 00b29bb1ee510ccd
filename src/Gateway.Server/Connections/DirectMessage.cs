namespace Gateway.Server.Connections;

/// <summary>A message to all connections of one user, on its way to the user's home lane.</summary>
/// <param name="Frame">The encoded <c>direct</c> frame.</param>
/// <param name="Sender">Who is told how many it reached; null: nobody.</param>
/// <param name="Id">The id of the frame that sent it.</param>
internal sealed record DirectMessage(string User, byte[] Frame, IDirectSender? Sender, int Id);
