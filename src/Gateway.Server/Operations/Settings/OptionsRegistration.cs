namespace Gateway.Server.Operations.Settings;

/// <summary>One options class and the section it is bound from; what the known keys, the reference and the checks are made of.</summary>
/// <param name="Section">The full path, such as <c>Gateway:Drain</c>.</param>
/// <param name="Type">The options class.</param>
/// <param name="Resolve">Binds and validates, as the parts of the server see it.</param>
internal sealed record OptionsRegistration(string Section, Type Type, Func<IServiceProvider, object> Resolve);
