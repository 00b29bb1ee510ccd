using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Server.Connections.Limiting;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class LimitsJson : JsonSerializerContext;
