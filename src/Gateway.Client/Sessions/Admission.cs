namespace Gateway.Client.Sessions;

/// <summary>What became of a message that arrived for a room.</summary>
internal enum Admission
{
    /// <summary>It waits for the application.</summary>
    Accepted,

    /// <summary>It was seen before, or comes again later; nothing is to be done.</summary>
    Dropped,

    /// <summary>A message before it is missing: the room must be joined again from its position.</summary>
    Hole,

    /// <summary>The application has not made room for it.</summary>
    Full,
}
