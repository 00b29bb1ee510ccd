using Gateway.LoadTest.Running;

namespace Gateway.LoadTest;

/// <summary>A named part of an iteration, counted and timed by itself.</summary>
public static class Step
{
    /// <summary>
    /// Runs a step. It is timed from its own start; what is timed from when the schedule wanted it is the iteration as a whole. An exception
    /// is a failure with the exception's type as its status code.
    /// </summary>
    public static async Task<Response> Run(string name, ScenarioContext context, Func<Task<Response>> run)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(run);
        var start = context.Init.Pacer.Now;
        var response = await Attempt.RunAsync(run);
        context.Init.Steps.Add(name, response, start, context.Init.Pacer.Now);
        return response;
    }
}
