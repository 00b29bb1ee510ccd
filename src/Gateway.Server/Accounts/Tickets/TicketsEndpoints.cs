using Gateway.Server.Http;

namespace Gateway.Server.Accounts.Tickets;

/// <summary><c>POST /tickets</c>: a one-time connect ticket for the bearer of a token.</summary>
internal static class TicketsEndpoints
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/tickets", IssueAsync).RequireIdentity();

    private static async Task<IResult> IssueAsync(HttpContext context, ConnectTickets tickets, CancellationToken cancellationToken)
    {
        var (status, ticket) = await tickets.IssueAsync(context.GetIdentity(), cancellationToken);
        if (ticket is null)
        {
            return new ProblemResult(status == TicketStatus.Full
                ? new(503, ProblemCodes.Overloaded, "Too many tickets wait to be used. Try again shortly.") { RetryAfter = RetryAfter }
                : new(503, ProblemCodes.Unavailable, "Tickets cannot be given out at this moment.") { RetryAfter = RetryAfter });
        }

        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(ticket, AccountsJson.Default.TicketResponse, statusCode: StatusCodes.Status201Created);
    }
}
