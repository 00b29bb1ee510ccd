namespace Gateway.Server.Storage.Sqlite;

/// <summary>The schema's history. Times are Unix milliseconds; lists and maps are JSON.</summary>
internal static class Migrations
{
    private const string Accounts = """
        CREATE TABLE users (
            id            TEXT PRIMARY KEY,
            username      TEXT NOT NULL COLLATE NOCASE UNIQUE,
            email         TEXT NOT NULL COLLATE NOCASE UNIQUE,
            password_hash TEXT NOT NULL,
            roles         TEXT NOT NULL DEFAULT '[]',
            created_at    INTEGER NOT NULL,
            updated_at    INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- A family is one login; a rotated token keeps its row, so that its reuse is noticed.
        CREATE TABLE refresh_families (
            id         TEXT PRIMARY KEY,
            user_id    TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
            created_at INTEGER NOT NULL,
            revoked_at INTEGER,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refresh_families_user ON refresh_families(user_id, created_at);
        CREATE INDEX refresh_families_expiry ON refresh_families(expires_at);

        CREATE TABLE refresh_tokens (
            hash       BLOB PRIMARY KEY,
            family_id  TEXT NOT NULL REFERENCES refresh_families(id) ON DELETE CASCADE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at    INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refresh_tokens_family ON refresh_tokens(family_id);
        """;

    private const string Jobs = """
        -- position is the place in line; attempt counts for ever, attempt_base is its value when the job was last asked for.
        CREATE TABLE jobs (
            id               TEXT PRIMARY KEY,
            user_id          TEXT NOT NULL,
            filename         TEXT NOT NULL,
            content_type     TEXT NOT NULL,
            preset           TEXT NOT NULL,
            options          TEXT NOT NULL,
            input_bytes      INTEGER NOT NULL,
            input_path       TEXT NOT NULL,
            output_directory TEXT NOT NULL,
            stored_bytes     INTEGER NOT NULL,
            status           TEXT NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
            position         INTEGER NOT NULL UNIQUE,
            due_at           INTEGER NOT NULL,
            attempt          INTEGER NOT NULL DEFAULT 0,
            attempt_base     INTEGER NOT NULL DEFAULT 0,
            cancel_requested INTEGER NOT NULL DEFAULT 0,
            lease_id         TEXT UNIQUE,
            worker_id        TEXT,
            lease_expires_at INTEGER,
            progress         REAL NOT NULL DEFAULT 0,
            stage            TEXT,
            eta_seconds      REAL,
            fps              REAL,
            speed            REAL,
            error_code       TEXT,
            error_message    TEXT,
            result           TEXT,
            created_at       INTEGER NOT NULL,
            updated_at       INTEGER NOT NULL,
            started_at       INTEGER,
            completed_at     INTEGER,
            CHECK ((status = 'running') = (lease_id IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX jobs_user ON jobs(user_id, id);
        -- The line itself: only what waits or runs is in it, however many jobs have ended.
        CREATE INDEX jobs_line ON jobs(position) WHERE status IN ('queued', 'running');

        CREATE TABLE processing_history (
            id          INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id      TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
            worker_id   TEXT,
            operation   TEXT NOT NULL,
            status      TEXT NOT NULL,
            attempt     INTEGER NOT NULL,
            duration_ms INTEGER,
            metadata    TEXT NOT NULL,
            created_at  INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX processing_history_job ON processing_history(job_id, id);

        CREATE TABLE uploads (
            id           TEXT PRIMARY KEY,
            user_id      TEXT NOT NULL,
            filename     TEXT NOT NULL,
            content_type TEXT NOT NULL,
            preset       TEXT NOT NULL,
            options      TEXT NOT NULL,
            size_bytes   INTEGER,
            reserved_bytes INTEGER NOT NULL,
            created_at   INTEGER NOT NULL,
            touched_at   INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX uploads_user ON uploads(user_id);
        CREATE INDEX uploads_touched ON uploads(touched_at);

        -- Terminal events, written with the state they tell of; they outlive the job's row.
        CREATE TABLE outbox (
            id              INTEGER PRIMARY KEY AUTOINCREMENT,
            room            TEXT NOT NULL,
            event           TEXT NOT NULL,
            payload         BLOB NOT NULL,
            idempotency_key TEXT NOT NULL
        ) STRICT;

        -- Media folders whose row is gone.
        CREATE TABLE garbage (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        """;

    public static IReadOnlyList<Migration> All { get; } = [new(1, Accounts), new(2, Jobs)];
}
