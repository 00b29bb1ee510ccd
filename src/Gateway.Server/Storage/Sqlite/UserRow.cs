using System.Text.Json;
using Gateway.Server.Accounts;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Dapper's view of a row of users; property names are the column names without underscores.</summary>
internal sealed class UserRow
{
    public required string Id { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string PasswordHash { get; init; }

    public required string Roles { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    public User ToUser() => new(
        Id, Username, Email, PasswordHash, JsonSerializer.Deserialize<string[]>(Roles) ?? [],
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt));
}
