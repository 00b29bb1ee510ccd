namespace Gateway.Server.Operations.Settings;

/// <summary>Marks an option that is never printed, whatever its name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
