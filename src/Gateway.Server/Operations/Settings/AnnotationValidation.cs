using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Settings;

/// <summary>Runs data annotations and <see cref="IValidatableObject"/> over an options object and the objects in it; each problem becomes a sentence that begins with the key.</summary>
internal sealed class AnnotationValidation<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var sentences = new List<string>();
        Check(section, options, sentences);
        return sentences.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(sentences);
    }

    private static void Check(string path, object options, List<string> sentences)
    {
        var before = sentences.Count;
        foreach (var property in OptionKeys.PropertiesOf(options.GetType()))
            CheckProperty($"{path}:{property.Name}", property, options, sentences);

        // Rules across properties may rely on each property being right by itself.
        if (sentences.Count > before || options is not IValidatableObject validatable)
            return;
        foreach (var result in validatable.Validate(new ValidationContext(options)))
        {
            var member = result.MemberNames.FirstOrDefault();
            sentences.Add($"{path}{(member is null ? "" : ":" + member)}: {result.ErrorMessage}");
        }
    }

    private static void CheckProperty(string key, PropertyInfo property, object owner, List<string> sentences)
    {
        var value = property.GetValue(owner);
        foreach (var attribute in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (!attribute.IsValid(value))
                sentences.Add($"{Explain(key, attribute)}{Given(property, value)}");
        }

        if (value is null || OptionKeys.IsLeaf(property.PropertyType))
            return;
        foreach (var (childKey, child) in OptionKeys.ObjectsIn(key, value))
            Check(childKey, child, sentences);
    }

    private static string Explain(string key, ValidationAttribute attribute) => attribute switch
    {
        RangeAttribute range when attribute.ErrorMessage is null => $"{key} must be between {Text(range.Minimum)} and {Text(range.Maximum)}",
        RequiredAttribute when attribute.ErrorMessage is null => $"{key} must not be empty",
        _ => attribute.FormatErrorMessage(key).TrimEnd('.'),
    };

    private static string Given(PropertyInfo property, object? value) =>
        value is null or "" || OptionKeys.IsSecret(property) || !OptionKeys.IsLeaf(property.PropertyType) ? "." : $", but it is {Text(value)}.";

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
