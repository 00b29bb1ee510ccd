namespace Gateway.Server.Jobs;

internal enum DeleteJobStatus
{
    Deleted,
    NotFound,
    NotEnded,
}
