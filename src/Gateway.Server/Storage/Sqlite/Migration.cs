namespace Gateway.Server.Storage.Sqlite;

/// <summary>One step of the schema. Released steps never change: a correction is a new step.</summary>
/// <param name="Version">The <c>user_version</c> after it; 1, 2, 3 … without holes.</param>
/// <param name="Sql">Runs in one transaction together with the change of the version.</param>
internal sealed record Migration(int Version, string Sql);
