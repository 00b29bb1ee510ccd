namespace Gateway.LoadTest.Running;

/// <summary>Runs what a user wrote: whatever it throws is one failed response.</summary>
internal static class Attempt
{
    public static async Task<Response> RunAsync(Func<Task<Response>> run)
    {
        try
        {
            return await run();
        }
#pragma warning disable CA1031 // A load test counts failures of any kind.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Response.Fail(exception.GetType().Name, exception.Message);
        }
    }
}
