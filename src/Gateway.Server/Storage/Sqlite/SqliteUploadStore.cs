using System.Text.Json;
using Dapper;
using Gateway.Server.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IUploadStore"/>
internal sealed class SqliteUploadStore(SqliteDatabase database) : IUploadStore
{
    public Task<CreateUploadStatus> CreateAsync(Upload upload, UploadLimits limits, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (connection.ExecuteScalar<long>("SELECT count(*) FROM uploads WHERE user_id = @UserId", new { upload.UserId }) >= limits.MaxUploadsPerUser)
                return CreateUploadStatus.TooManyUploads;

            var reserved = upload.SizeBytes ?? limits.ReservedBytes;
            var stored = connection.ExecuteScalar<long>(
                """
                SELECT (SELECT coalesce(sum(stored_bytes), 0) FROM jobs WHERE user_id = @UserId)
                     + (SELECT coalesce(sum(reserved_bytes), 0) FROM uploads WHERE user_id = @UserId)
                """,
                new { upload.UserId });
            if (stored > limits.MaxStoredBytesPerUser - reserved)
                return CreateUploadStatus.QuotaExceeded;

            connection.Execute(
                """
                INSERT INTO uploads (id, user_id, filename, content_type, preset, options, size_bytes, reserved_bytes, created_at, touched_at)
                VALUES (@Id, @UserId, @FileName, @ContentType, @preset, @options, @SizeBytes, @reserved, @created, @touched)
                """,
                new
                {
                    upload.Id,
                    upload.UserId,
                    upload.FileName,
                    upload.ContentType,
                    preset = upload.Preset.Name,
                    options = JsonSerializer.Serialize(upload.Options, JobsJson.Default.TranscodeJobOptions),
                    upload.SizeBytes,
                    reserved,
                    created = upload.CreatedAt.ToUnix(),
                    touched = upload.TouchedAt.ToUnix(),
                });
            return CreateUploadStatus.Created;
        },
        cancellationToken);

    public Task<Upload?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QuerySingleOrDefault<UploadRow>(
            """
            SELECT id, user_id AS UserId, filename, content_type AS ContentType, preset, options, size_bytes AS SizeBytes, created_at AS CreatedAt,
                   touched_at AS TouchedAt
            FROM uploads WHERE id = @id
            """,
            new { id })?.ToUpload(),
        cancellationToken);

    public Task TouchAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE uploads SET touched_at = @at WHERE id = @id", new { id, at = now.ToUnix() }), cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (connection.Execute("DELETE FROM uploads WHERE id = @id", new { id }) == 0)
                return false;

            connection.Execute("INSERT OR IGNORE INTO garbage (id) VALUES (@id)", new { id });
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> ListStaleAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            connection => [.. connection.Query<string>(
                "SELECT id FROM uploads WHERE touched_at < @at ORDER BY touched_at LIMIT @limit", new { at = before.ToUnix(), limit })],
            cancellationToken);
}
