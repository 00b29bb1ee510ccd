namespace Gateway.Client.Http;

/// <summary>What a job made.</summary>
public enum JobOutput
{
    /// <summary>The video, or what the preset asks for.</summary>
    Result = 0,

    /// <summary>A picture.</summary>
    Thumbnail = 1,

    /// <summary>A short animated picture.</summary>
    Preview = 2,
}
