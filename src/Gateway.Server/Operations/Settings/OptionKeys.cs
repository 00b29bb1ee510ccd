using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Gateway.Server.Operations.Settings;

/// <summary>How a type becomes keys: which properties are bound, which are values and which hold further keys.</summary>
internal static class OptionKeys
{
    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "ApiKey", "SigningKey", "PrivateKey"];

    /// <summary>What the configuration binder would set: public properties with a setter, and objects or collections to fill in.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0
                && (property.SetMethod is { IsPublic: true } || (property.SetMethod is null && CanBeFilledIn(property.PropertyType))));

    /// <summary>A leaf is written as one string.</summary>
    public static bool IsLeaf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(object)
            || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));
    }

    /// <summary>The type behind the numbers of a list or the names of a dictionary; null when the type is neither.</summary>
    public static Type? ElementOf(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        foreach (var each in type.GetInterfaces().Prepend(type))
        {
            if (!each.IsGenericType)
                continue;
            var definition = each.GetGenericTypeDefinition();
            if (definition == typeof(IDictionary<,>) || definition == typeof(IReadOnlyDictionary<,>))
                return each.GetGenericArguments()[1];
        }

        return type.GetInterfaces().Prepend(type)
            .FirstOrDefault(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            ?.GetGenericArguments()[0];
    }

    public static bool IsDictionary(Type type) =>
        type.GetInterfaces().Prepend(type).Any(each => each.IsGenericType
            && (each.GetGenericTypeDefinition() == typeof(IDictionary<,>) || each.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)));

    /// <summary>The objects with keys of their own that a value is or holds.</summary>
    public static IEnumerable<(string Key, object Value)> ObjectsIn(string key, object value)
    {
        if (ElementOf(value.GetType()) is not { } element)
            return [(key, value)];
        if (IsLeaf(element))
            return [];
        if (value is IDictionary dictionary)
            return dictionary.Keys.Cast<object>().Where(name => dictionary[name] is not null).Select(name => ($"{key}:{name}", dictionary[name]!));
        return value is IEnumerable list
            ? list.Cast<object?>().Index().Where(item => item.Item is not null).Select(item => ($"{key}:{item.Index}", item.Item!))
            : [];
    }

    private static bool CanBeFilledIn(Type type) => !IsLeaf(type) && (!type.IsAbstract || ElementOf(type) is not null);

    public static bool IsSecret(PropertyInfo property) =>
        property.IsDefined(typeof(SecretAttribute))
        || (property.PropertyType == typeof(string) && SecretWords.Any(word => property.Name.EndsWith(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A value as one would write it in a setting.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        Enum choice => choice.ToString().ToLowerInvariant(),
        bool truth => truth ? "true" : "false",
        TimeSpan { Days: 0, Milliseconds: not 0, Microseconds: 0, Nanoseconds: 0 } span => span.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IEnumerable list when value is not string => string.Join(", ", list.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
