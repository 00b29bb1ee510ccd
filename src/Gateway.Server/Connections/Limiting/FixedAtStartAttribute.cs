namespace Gateway.Server.Connections.Limiting;

/// <summary>Marks a limit that a change while running does not reach.</summary>
/// <param name="because">Why, as the end of a sentence: it goes into the answer to whoever tries.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FixedAtStartAttribute(string because) : Attribute
{
    public string Because => because;
}
