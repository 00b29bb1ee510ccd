namespace Gateway.LoadTest;

/// <summary>How a step or an iteration ended.</summary>
public sealed record Response
{
    private static readonly Response PlainOk = new() { IsOk = true };

    private Response()
    {
    }

    /// <summary>Whether it went well.</summary>
    public bool IsOk { get; private init; }

    /// <summary>What results are counted by; short and of few kinds.</summary>
    public string StatusCode { get; private init; } = "";

    /// <summary>A sentence about a failure; the first of each status code is shown in the report.</summary>
    public string Message { get; private init; } = "";

    /// <summary>It went well.</summary>
    public static Response Ok(string statusCode = "") => statusCode.Length == 0 ? PlainOk : new Response { IsOk = true, StatusCode = statusCode };

    /// <summary>It did not.</summary>
    public static Response Fail(string statusCode = "failed", string message = "") => new() { StatusCode = statusCode, Message = message };
}
