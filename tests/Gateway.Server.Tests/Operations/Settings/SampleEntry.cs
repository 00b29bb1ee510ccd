using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Tests.Operations.Settings;

/// <summary>An object inside an options class.</summary>
internal sealed class SampleEntry
{
    [Range(0, 100)]
    public int Size { get; set; } = 1;
}
