using System.Buffers;

namespace Gateway.Server.Accounts;

/// <summary>What a username, an e-mail address and a password must look like; each complaint is a sentence for the user.</summary>
internal static class CredentialRules
{
    public const int MaxPasswordLength = 256;
    private const int MinUsernameLength = 3;
    private const int MaxUsernameLength = 32;

    // RFC 5321, 4.5.3.1: 64 before the @, 254 in all.
    private const int MaxEmailLength = 254;
    private const int MaxEmailLocalLength = 64;

    private static readonly SearchValues<char> UsernameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Complaints per field of the request; empty when all is well.</summary>
    public static Dictionary<string, string[]> Check(RegisterRequest request, int minPasswordLength)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        Add(errors, "username", CheckUsername(request.Username));
        Add(errors, "email", CheckEmail(request.Email));
        Add(errors, "password", CheckPassword(request.Password, request.Username, minPasswordLength));
        return errors;
    }

    private static string? CheckUsername(string? username) => username switch
    {
        null or "" => "Choose a username.",
        { Length: < MinUsernameLength or > MaxUsernameLength } => $"A username has {MinUsernameLength} to {MaxUsernameLength} characters.",
        _ when username.AsSpan().ContainsAnyExcept(UsernameCharacters) => "A username has only letters A to Z, digits, '.', '_' and '-'.",
        _ when !char.IsAsciiLetterOrDigit(username[0]) => "A username begins with a letter or digit.",
        _ => null,
    };

    /// <summary>Only what is certain: whether the address exists is found out by writing to it.</summary>
    private static string? CheckEmail(string? email)
    {
        if (string.IsNullOrEmpty(email))
            return "Give an e-mail address.";

        var at = email.IndexOf('@', StringComparison.Ordinal);
        var isPlausible = email.Length <= MaxEmailLength
            && at is > 0 and <= MaxEmailLocalLength
            && at == email.LastIndexOf('@')
            && at < email.Length - 1
            && email[at + 1] != '.' && email[^1] != '.'
            && !email.Contains("..", StringComparison.Ordinal)
            && !email.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || "<>()[]\\,;:\"".Contains(c, StringComparison.Ordinal));
        return isPlausible ? null : "This is no e-mail address.";
    }

    private static string? CheckPassword(string? password, string? username, int minLength) => password switch
    {
        null or "" => "Choose a password.",
        _ when password.Length < minLength => $"A password has at least {minLength} characters.",
        { Length: > MaxPasswordLength } => $"A password has at most {MaxPasswordLength} characters.",
        _ when string.Equals(password, username, StringComparison.OrdinalIgnoreCase) => "The password must not be the username.",
        _ => null,
    };

    private static void Add(Dictionary<string, string[]> errors, string field, string? complaint)
    {
        if (complaint is not null)
            errors.Add(field, [complaint]);
    }
}
