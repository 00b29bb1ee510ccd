using System.Diagnostics.Metrics;

namespace Gateway.Server.Accounts;

internal sealed class AccountsMetrics
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _tokens;

    public AccountsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Gateway.Server");
        _attempts = meter.CreateCounter<long>("gateway.accounts.attempts", "{attempt}", "Calls of /auth by action and outcome");
        _tokens = meter.CreateCounter<long>("gateway.accounts.tokens", "{token}", "Token checks by outcome");
    }

    /// <param name="action">register, login, refresh or logout.</param>
    /// <param name="outcome"><c>ok</c> or the problem's code: both from a fixed list, so the series stay few.</param>
    public void Attempted(string action, string outcome) => _attempts.Add(1, new("action", action), new("outcome", outcome));

    public void TokenChecked(TokenStatus status) => _tokens.Add(1, new KeyValuePair<string, object?>("outcome", status switch
    {
        TokenStatus.Valid => "valid",
        TokenStatus.Expired => "expired",
        TokenStatus.Unavailable => "unavailable",
        _ => "invalid",
    }));
}
