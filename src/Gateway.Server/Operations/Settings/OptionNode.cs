using System.Reflection;

namespace Gateway.Server.Operations.Settings;

/// <summary>One key of the options tree. A leaf has a value; a branch has named children, or any number of children of one shape.</summary>
internal sealed class OptionNode(string path, Type? type)
{
    /// <summary>The full key, such as <c>Gateway:Tls:Key</c>; <c>*</c> stands for a name or a number of one's own choice.</summary>
    public string Path { get; } = path;

    /// <summary>Null for a section that no options class is bound from by itself.</summary>
    public Type? Type { get; } = type;

    public PropertyInfo? Property { get; init; }

    public object? Default { get; init; }

    public bool IsLeaf { get; init; }

    /// <summary>The shape of every entry of a list or dictionary.</summary>
    public OptionNode? Entry { get; set; }

    public SortedDictionary<string, OptionNode> Children { get; } = new(StringComparer.OrdinalIgnoreCase);

    public OptionNode? Find(string name) => Children.GetValueOrDefault(name) ?? Entry;

    public IEnumerable<OptionNode> Leaves()
    {
        if (IsLeaf)
            return [this];
        var below = Children.Values.SelectMany(child => child.Leaves());
        return Entry is null ? below : below.Concat(Entry.Leaves());
    }
}
