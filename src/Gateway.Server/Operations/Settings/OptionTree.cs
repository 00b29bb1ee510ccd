namespace Gateway.Server.Operations.Settings;

/// <summary>All keys that some options class is bound from, in one tree.</summary>
internal sealed class OptionTree
{
    /// <summary>Deeper than any options class of ours; ends a type that contains itself.</summary>
    private const int MaxDepth = 8;

    public OptionTree(IEnumerable<OptionsRegistration> registrations)
    {
        Root = new OptionNode("", type: null);
        // Shorter sections first: the subsections of another class are added to what its parent has.
        foreach (var registration in registrations.OrderBy(each => each.Section.Length))
            Add(registration);
    }

    public OptionNode Root { get; }

    private void Add(OptionsRegistration registration)
    {
        var node = Root;
        foreach (var name in registration.Section.Split(':'))
        {
            if (!node.Children.TryGetValue(name, out var child))
                node.Children.Add(name, child = new OptionNode(node.Path.Length == 0 ? name : $"{node.Path}:{name}", registration.Type));
            node = child;
        }

        Fill(node, registration.Type, Activator.CreateInstance(registration.Type), depth: 0);
    }

    private static void Fill(OptionNode node, Type type, object? defaults, int depth)
    {
        if (depth == MaxDepth)
            return;
        foreach (var property in OptionKeys.PropertiesOf(type))
        {
            var value = defaults is null ? null : property.GetValue(defaults);
            var path = $"{node.Path}:{property.Name}";
            var child = new OptionNode(path, property.PropertyType)
            {
                Property = property,
                Default = value,
                IsLeaf = OptionKeys.IsLeaf(property.PropertyType),
            };
            node.Children[property.Name] = child;
            if (child.IsLeaf)
                continue;
            if (OptionKeys.ElementOf(property.PropertyType) is { } element)
                child.Entry = EntryOf(path, property, element, value, depth);
            else
                Fill(child, property.PropertyType, value ?? TryMake(property.PropertyType), depth + 1);
        }
    }

    private static OptionNode EntryOf(string path, System.Reflection.PropertyInfo property, Type element, object? defaults, int depth)
    {
        var isLeaf = OptionKeys.IsLeaf(element);
        var entry = new OptionNode($"{path}:*", element) { Property = property, IsLeaf = isLeaf, Default = isLeaf ? defaults : null };
        if (!isLeaf)
            Fill(entry, element, TryMake(element), depth + 1);
        return entry;
    }

    private static object? TryMake(Type type) =>
        type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);
}
