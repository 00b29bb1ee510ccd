namespace Gateway.Demo;

/// <summary>What the command line asked for.</summary>
internal sealed record DemoOptions(Uri Url, FileInfo? File, string Preset, bool IsInsecure, FileInfo? Authority, bool IsPlain, TimeSpan Timeout);
