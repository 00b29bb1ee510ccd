namespace Gateway.Server.Cluster.Asking;

/// <summary>What a node asks of all others. The numbers are on the wire; a node does not answer one that it does not know.</summary>
internal enum QuestionKind
{
    /// <summary><c>[user, frame]</c>: give the frame to the user's connections. Answered with how many, -1 when it was not taken.</summary>
    Direct = 1,

    /// <summary><c>user</c>: end his connections. Answered with how many.</summary>
    DisconnectUser = 2,

    /// <summary><c>id</c>: end this connection. Answered with 1 or 0.</summary>
    DisconnectConnection = 3,

    /// <summary>Nil: say how you are. Answered with a map.</summary>
    Describe = 4,

    /// <summary><c>[by, json]</c>: change these limits. Answered with an array of sentences about what is wrong, empty when it was done.</summary>
    ChangeLimits = 5,
}
