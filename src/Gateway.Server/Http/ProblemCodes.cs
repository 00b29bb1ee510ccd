namespace Gateway.Server.Http;

/// <summary>Every <c>code</c> of an <c>application/problem+json</c> body. Clients switch on them: add new ones, never rename.</summary>
internal static class ProblemCodes
{
    public const string InvalidJson = "invalid-json";
    public const string InvalidRequest = "invalid-request";
    public const string ValidationFailed = "validation-failed";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string TooLarge = "too-large";
    public const string NotFound = "not-found";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string RateLimited = "rate-limited";
    public const string Overloaded = "overloaded";
    public const string Unavailable = "unavailable";
    public const string Internal = "internal";
    public const string RequestTimeout = "request-timeout";
    public const string UpgradeRequired = "upgrade-required";

    public const string TokenMissing = "token-missing";
    public const string TokenInvalid = "token-invalid";
    public const string TokenExpired = "token-expired";
    public const string ApiKeyMissing = "api-key-missing";
    public const string ApiKeyInvalid = "api-key-invalid";
    public const string Forbidden = "forbidden";
    public const string CredentialsInvalid = "credentials-invalid";
    public const string RefreshTokenInvalid = "refresh-token-invalid";
    public const string RefreshTokenReused = "refresh-token-reused";
    public const string UsernameTaken = "username-taken";
    public const string EmailTaken = "email-taken";

    public const string UploadNotFound = "upload-not-found";
    public const string UploadLocked = "upload-locked";
    public const string OffsetMismatch = "offset-mismatch";
    public const string UnsupportedFileType = "unsupported-file-type";
    public const string EmptyFile = "empty-file";
    public const string TooManyUploads = "too-many-uploads";
    public const string QuotaExceeded = "quota-exceeded";
    public const string StorageFull = "storage-full";
    public const string QueueFull = "queue-full";

    public const string JobNotFound = "job-not-found";
    public const string JobNotFinished = "job-not-finished";
    public const string JobStateConflict = "job-state-conflict";
    public const string OutputNotFound = "output-not-found";
    public const string LinkInvalid = "link-invalid";
    public const string LinkExpired = "link-expired";
}
