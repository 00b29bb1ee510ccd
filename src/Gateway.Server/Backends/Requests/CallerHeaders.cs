using System.Globalization;
using Gateway.Nats;
using Gateway.Server.Connections;
using Gateway.Server.Operations.Messaging;

namespace Gateway.Server.Backends.Requests;

/// <summary>Tells a service who asks, in headers (protocol/backends.md, Requests). What comes from tokens and clients is escaped: no value can end its header.</summary>
internal static class CallerHeaders
{
    // Blanks within a value are right in a header; at its ends they would be lost, so there they are escaped like the rest.
    private const string AlsoPlain = " ,.*>";

    public static NatsHeaders Of(ServiceRequest request, ServiceOptions options)
    {
        var headers = new NatsHeaders()
            .Add("Content-Type", ContentTypes.Of(options.Format))
            .Add("Gateway-Method", Escape(request.Method))
            .Add("Gateway-Connection", Escape(request.ConnectionId))
            .Add("Gateway-Timeout", ((long)options.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        if (request.Caller is not { } caller)
            return headers;
        headers.Add("Gateway-User", Escape(caller.UserId));
        if (caller.Name is { } name)
            headers.Add("Gateway-Name", Escape(name));
        if (caller.Roles.Count > 0)
            headers.Add("Gateway-Roles", List(caller.Roles));
        if (options.TellRooms && caller.RoomGrants.Count > 0)
            headers.Add("Gateway-Rooms", List(caller.RoomGrants));
        foreach (var claim in options.Claims)
        {
            if (caller.Claims.TryGetValue(claim, out var value))
                headers.Add("Gateway-Claim-" + claim, Escape(value));
        }

        return headers;
    }

    private static string Escape(string value) =>
        value.Length == 0 || value[0] is ' ' || value[^1] is ' ' ? SubjectEscape.Escape(value, ",.*>") : SubjectEscape.Escape(value, AlsoPlain);

    // The comma parts the items, so in an item it is escaped.
    private static string List(IEnumerable<string> items) => string.Join(',', items.Select(static item => SubjectEscape.Escape(item, ".*>")));
}
