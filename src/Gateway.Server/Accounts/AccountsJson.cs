using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Server.Accounts.Tickets;

namespace Gateway.Server.Accounts;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(SessionResponse))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(TicketResponse))]
[JsonSerializable(typeof(Identity))]
internal sealed partial class AccountsJson : JsonSerializerContext;
