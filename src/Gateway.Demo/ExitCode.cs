namespace Gateway.Demo;

/// <summary>What the process says when it ends. Scripts rely on the numbers: add new ones, never change one.</summary>
internal enum ExitCode
{
    Success = 0,
    Unexpected = 1,
    BadArguments = 2,
    Unreachable = 3,
    ClipFailed = 4,
    AccountRefused = 5,
    UploadFailed = 6,
    JobFailed = 7,
    NotFollowed = 8,
    ResultWrong = 9,
    TimedOut = 10,
    Cancelled = 130,
}
