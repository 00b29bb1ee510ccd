namespace Gateway.Demo.Media;

/// <summary>What ffprobe says of a file. Video or audio is empty, and sizes 0, where there is none.</summary>
internal sealed record ClipFacts(string Container, string VideoCodec, string AudioCodec, int Width, int Height, double DurationSeconds, long Bytes);
