namespace Gateway.Server.Lanes;

/// <summary>Something that belongs to a lane and can be sent commands from elsewhere.</summary>
internal interface ILaneWork
{
    /// <summary>Handles one command. Called on the owning lane only; must not block.</summary>
    /// <param name="code">The receiver's own number for what is to be done.</param>
    /// <param name="argument">What the command is about; the receiver takes over any reference count in it.</param>
    /// <param name="number">A second, unboxed argument.</param>
    void Execute(int code, object? argument, long number);
}
