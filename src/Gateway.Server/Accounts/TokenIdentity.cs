using System.Collections.ObjectModel;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <summary>Reads an <see cref="Identity"/> from a token whose signature has been checked.</summary>
internal static class TokenIdentity
{
    public const string RolesClaim = "roles";
    private const string RoomsClaim = "rooms";

    // protocol/spec.md: user is 1 to 128 bytes.
    private const int MaxUserIdBytes = 128;

    private static readonly HashSet<string> Registered = new(StringComparer.Ordinal)
    {
        JwtRegisteredClaimNames.Sub, JwtRegisteredClaimNames.Name, JwtRegisteredClaimNames.Iss, JwtRegisteredClaimNames.Aud, JwtRegisteredClaimNames.Exp,
        JwtRegisteredClaimNames.Nbf, JwtRegisteredClaimNames.Iat, JwtRegisteredClaimNames.Jti, RolesClaim, RoomsClaim,
    };

    /// <summary>Null when the token names no user.</summary>
    public static Identity? Read(JsonWebToken token, DateTimeOffset expiresAt)
    {
        var subject = token.Subject;
        if (string.IsNullOrEmpty(subject) || Encoding.UTF8.GetByteCount(subject) > MaxUserIdBytes || subject.Any(char.IsControl))
            return null;

        // Most tokens have none, and an empty dictionary for each connection would be 80 bytes.
        Dictionary<string, string>? claims = null;
        foreach (var claim in token.Claims)
        {
            // The first of several values: a rule compares with one string.
            if (!Registered.Contains(claim.Type) && string.Equals(claim.ValueType, ClaimValueTypes.String, StringComparison.Ordinal))
                (claims ??= new(StringComparer.Ordinal)).TryAdd(claim.Type, claim.Value);
        }

        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return new Identity(
            subject, First(token, JwtRegisteredClaimNames.Name), List(payload.RootElement, RolesClaim), List(payload.RootElement, RoomsClaim), (IReadOnlyDictionary<string, string>?)claims ?? ReadOnlyDictionary<string, string>.Empty,
            expiresAt)
        {
            TokenId = token.Id is { Length: > 0 } id ? id : null,
            IssuedAt = token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Iat, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch,
        };
    }

    private static string? First(JsonWebToken token, string type) =>
        token.Claims.FirstOrDefault(claim => string.Equals(claim.Type, type, StringComparison.Ordinal))?.Value;

    /// <summary>An array of strings, taken as they are, or one string with spaces or commas between. An element of an array may hold a user's own words: it is never split.</summary>
    private static string[] List(JsonElement payload, string type)
    {
        if (!payload.TryGetProperty(type, out var value))
            return [];

        var words = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            JsonValueKind.Array => value.EnumerateArray().Where(static each => each.ValueKind == JsonValueKind.String).Select(static each => each.GetString()!),
            _ => Enumerable.Empty<string>(),
        };
        return [.. words.Distinct(StringComparer.Ordinal)];
    }
}
