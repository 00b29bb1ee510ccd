using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Demo;

/// <summary>Which certificate is believed.</summary>
internal static class Certificates
{
    /// <summary>Null is the operating system's check.</summary>
    public static RemoteCertificateValidationCallback? Validation(DemoOptions options)
    {
        if (options.IsInsecure)
#pragma warning disable CA5359 // What --insecure asks for.
            return static (_, _, _, _) => true;
#pragma warning restore CA5359
        if (options.Authority is not { } file)
            return null;
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPemFile(file.FullName);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new DemoException(ExitCode.BadArguments, $"--ca: {file} cannot be read as a PEM file: {exception.Message}", exception);
        }

        if (trusted.Count == 0)
            throw new DemoException(ExitCode.BadArguments, $"--ca: {file} has no certificate in it.");
        return (_, certificate, _, errors) => IsTrusted(certificate, errors, trusted);
    }

    /// <summary>The name must fit as usual; only who may vouch for it is another.</summary>
    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection trusted)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        if (errors == SslPolicyErrors.None)
            return true;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var leaf = new X509Certificate2(certificate);
        return chain.Build(leaf);
    }
}
