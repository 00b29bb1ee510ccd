using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Tests.Operations.Settings;

/// <summary>An options class with everything that options classes have.</summary>
internal sealed class SampleOptions : IValidatableObject
{
    [Range(1, 10)]
    public int Count { get; set; } = 5;

    public TimeSpan? Wait { get; set; }

    public DayOfWeek Day { get; set; }

    public string? SigningKey { get; set; }

    public SampleEntry Entry { get; set; } = new();

    public Dictionary<string, SampleEntry> Kinds { get; } = new(StringComparer.Ordinal) { ["chat"] = new() { Size = 7 } };

    public IList<string> Names { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Count == 9 ? [new ValidationResult("nine is reserved.", [nameof(Count)])] : [];
}
