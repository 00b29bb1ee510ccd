using System.Text.Json;
using Dapper;
using Gateway.Server.Accounts;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IUserStore"/>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    private const string Columns =
        "id, username, email, password_hash AS PasswordHash, roles, created_at AS CreatedAt, updated_at AS UpdatedAt";

    public Task<CreateUserStatus> CreateAsync(User user, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            // The writer is alone, so what is looked up here still holds at the insert.
            if (connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE username = @Username)", new { user.Username }))
                return CreateUserStatus.UsernameTaken;
            if (connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE email = @Email)", new { user.Email }))
                return CreateUserStatus.EmailTaken;

            connection.Execute(
                """
                INSERT INTO users (id, username, email, password_hash, roles, created_at, updated_at)
                VALUES (@Id, @Username, @Email, @PasswordHash, @roles, @created, @updated)
                """,
                new
                {
                    user.Id,
                    user.Username,
                    user.Email,
                    user.PasswordHash,
                    roles = JsonSerializer.Serialize(user.Roles),
                    created = user.CreatedAt.ToUnixTimeMilliseconds(),
                    updated = user.UpdatedAt.ToUnixTimeMilliseconds(),
                });
            return CreateUserStatus.Created;
        },
        cancellationToken);

    public Task<User?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QuerySingleOrDefault<UserRow>($"SELECT {Columns} FROM users WHERE id = @id", new { id })?.ToUser(),
        cancellationToken);

    public Task<User?> FindByLoginAsync(string usernameOrEmail, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QuerySingleOrDefault<UserRow>(
            // A username has no @, an address has one: at most one row.
            $"SELECT {Columns} FROM users WHERE username = @login UNION SELECT {Columns} FROM users WHERE email = @login",
            new { login = usernameOrEmail })?.ToUser(),
        cancellationToken);

    public Task<bool> ReplacePasswordHashAsync(string id, string oldHash, string newHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.Execute(
                "UPDATE users SET password_hash = @newHash, updated_at = @at WHERE id = @id AND password_hash = @oldHash",
                new { id, oldHash, newHash, at = now.ToUnixTimeMilliseconds() }) == 1,
            cancellationToken);
}
