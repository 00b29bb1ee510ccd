using System.Diagnostics.CodeAnalysis;
using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Media;

/// <summary>Either what the file is, or why it cannot be told.</summary>
internal readonly record struct ProbeOutcome(MediaInfo? Media, JobError? Error)
{
    [MemberNotNullWhen(true, nameof(Media))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Media is not null;
}
