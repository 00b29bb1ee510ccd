namespace Gateway.Server.Jobs;

/// <summary>Announces a resumable upload.</summary>
/// <param name="Size">Bytes of the whole file.</param>
/// <param name="Preset">Default <c>mp4-720p</c>.</param>
/// <param name="Thumbnail">Whether a picture is made; default true. <paramref name="Preview"/> likewise.</param>
internal sealed record UploadRequest(string? Filename, long? Size, string? Preset, string? ContentType, bool? Thumbnail, bool? Preview);
