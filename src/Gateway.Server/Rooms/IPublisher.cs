namespace Gateway.Server.Rooms;

/// <summary>Waits for the outcome of a publish.</summary>
internal interface IPublisher
{
    /// <summary>Called on the room's home lane, which may not be the publisher's: it passes the result on to its own.</summary>
    void OnPublished(long replyTag, PublishResult result);

    /// <summary>What of it still waits is not to be ordered any more: it comes again, in its order.</summary>
    bool IsOver => false;
}
