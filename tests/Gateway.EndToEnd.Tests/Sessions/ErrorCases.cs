using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Sessions;

/// <summary>Frames that are refused while the connection goes on (protocol/spec.md, 6), for a server with a payload limit of 4 KiB.</summary>
internal static class ErrorCases
{
    public static IReadOnlyList<ErrorCase> All { get; } =
    [
        new("No array", "{\"op\":24}", ErrorCode.Malformed, 0),
        new("A number", "24", ErrorCode.Malformed, 0),
        new("An empty array", "[]", ErrorCode.Malformed, 0),
        new("An op that is text", "[\"24\",1]", ErrorCode.Malformed, 0),
        new("A negative op", "[-1,1]", ErrorCode.Malformed, 0),
        new("An op that is a float", "[24.0,1]", ErrorCode.Malformed, 0),
        new("An op nobody knows", "[99,5]", ErrorCode.UnknownOp, 5),
        new("A reserved op", "[22,6]", ErrorCode.UnknownOp, 6),
        new("An op of the server's", "[6,7,\"chat:a\",1,1,0,0,false]", ErrorCode.UnknownOp, 7),
        new("A ping without an id", "[24]", ErrorCode.InvalidField, 0),
        new("A negative id", "[24,-1]", ErrorCode.InvalidField, 0),
        new("An id beyond 31 bits", "[24,2147483648]", ErrorCode.InvalidField, 0),
        new("A room that is a list", "[5,8,[],0]", ErrorCode.InvalidField, 8),
        new("An event that is too long", $"[9,9,\"chat:errors\",\"{new string('e', 129)}\",1]", ErrorCode.InvalidField, 9),
        new("A key that is too long", $"[9,10,\"chat:errors\",\"e\",1,\"{new string('k', 129)}\"]", ErrorCode.InvalidField, 10),
        new("A payload that is too deep", $"[9,11,\"chat:errors\",\"e\",{Nested(65)}]", ErrorCode.InvalidField, 11),
        new("A second hello", "[1,1]", ErrorCode.HelloFirst, 0),
        new("Another token that is none", "[3,12,\"nonsense\"]", ErrorCode.TokenInvalid, 12),
        new("A room for others", "[5,13,\"admin:monitoring\",0]", ErrorCode.Forbidden, 13),
        new("A publish for others", "[9,14,\"system:notifications\",\"e\",1]", ErrorCode.Forbidden, 14),
        new("The room of another user", "[5,15,\"user:somebody-else\",0]", ErrorCode.Forbidden, 15),
        new("A kind of room that is none", "[5,16,\"cellar:a\",0]", ErrorCode.InvalidRoom, 16),
        new("A room without a kind", "[5,17,\"lobby\",0]", ErrorCode.InvalidRoom, 17),
        new("A room with a space", "[5,18,\"chat:a b\",0]", ErrorCode.InvalidRoom, 18),
        new("A room of 161 bytes", $"[5,19,\"chat:{new string('r', 156)}\",0]", ErrorCode.InvalidRoom, 19),
        new("A number of no room", "[9,20,7777,\"e\",1]", ErrorCode.NotAMember, 20),
        new("Leaving what was not joined", "[7,21,\"chat:never-joined\"]", ErrorCode.NotAMember, 21),
        new("The past of what was not joined", "[20,22,\"chat:never-joined\",0,10]", ErrorCode.NotAMember, 22),
        new("A state in what was not joined", "[19,23,\"chat:never-joined\",\"active\"]", ErrorCode.NotAMember, 23),
        new("A payload over the limit", $"[9,24,\"chat:errors\",\"e\",\"{new string('p', 4096)}\"]", ErrorCode.TooLarge, 24),
        new("A service that is none", "[14,25,\"nowhere\",\"m\",1]", ErrorCode.UnknownService, 25),
        new("A method that is none", "[14,26,\"gateway\",\"nothing\",1]", ErrorCode.UnknownService, 26),
        new("A user who is not there", "[12,27,\"nobody-at-all\",\"e\",1]", ErrorCode.UserOffline, 27),
    ];

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
