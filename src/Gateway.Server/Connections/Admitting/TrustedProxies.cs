using System.Net;

namespace Gateway.Server.Connections.Admitting;

/// <summary>The proxies in front of the node, which say in <c>X-Forwarded-For</c> for whom they speak. Immutable.</summary>
internal sealed class TrustedProxies(IEnumerable<string> entries)
{
    private readonly AddressRules? _rules = entries.Any() ? new AddressRules(entries, []) : null;

    /// <summary>The client's address: from the peer backwards through the list, which each proxy adds its own peer to, the first that is no trusted proxy.</summary>
    /// <param name="peer">Of the TCP connection.</param>
    /// <param name="forwardedFor">The header's lines, joined with commas; null without. What is no address ends the search: nobody trusted has written it.</param>
    public IPAddress ClientOf(IPAddress peer, string? forwardedFor)
    {
        if (_rules is null || string.IsNullOrEmpty(forwardedFor))
            return peer;
        var rest = forwardedFor.AsSpan();
        while (_rules.IsAllowed(peer) && !rest.IsEmpty)
        {
            var comma = rest.LastIndexOf(',');
            var last = rest[(comma + 1)..].Trim();
            rest = comma < 0 ? default : rest[..comma];
            if (!IPAddress.TryParse(last, out var before))
                break;
            peer = before;
        }

        return peer;
    }
}
