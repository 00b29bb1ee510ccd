using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Operations.Listening;

/// <summary>The certificate of the node, if it speaks TLS itself.</summary>
internal sealed class TlsOptions : IValidatableObject
{
    private static readonly TimeSpan MinReloadInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxReloadInterval = TimeSpan.FromDays(1);

    /// <summary>Path of the certificate: PEM (with its chain) or PFX. No TLS when empty.</summary>
    public string? Certificate { get; set; }

    /// <summary>Path of the private key in PEM, when it is not in the certificate's file.</summary>
    public string? Key { get; set; }

    /// <summary>Password of the PFX file or of the encrypted PEM key.</summary>
    [Secret]
    public string? Password { get; set; }

    /// <summary>Makes a certificate for localhost at the first start and keeps it in the data directory. For development: nobody trusts it unless told to.</summary>
    public bool SelfSigned { get; set; }

    /// <summary>How often the files of certificate and key are looked at. Default 1 min; what has changed in them is used for connections that come from then on, and those that are open stay. 0: only at the start.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromMinutes(1);

    public bool IsOn => SelfSigned || !string.IsNullOrEmpty(Certificate);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SelfSigned && !string.IsNullOrEmpty(Certificate))
            yield return new ValidationResult("a certificate is given and SelfSigned is on; choose one.", [nameof(SelfSigned)]);
        if (!string.IsNullOrEmpty(Certificate) && !File.Exists(Certificate))
            yield return new ValidationResult($"the certificate '{Certificate}' does not exist.", [nameof(Certificate)]);
        if (!string.IsNullOrEmpty(Key) && !File.Exists(Key))
            yield return new ValidationResult($"the key '{Key}' does not exist.", [nameof(Key)]);
        if (!string.IsNullOrEmpty(Key) && string.IsNullOrEmpty(Certificate))
            yield return new ValidationResult("a key is given without a certificate.", [nameof(Key)]);
        if (ReloadInterval != TimeSpan.Zero && (ReloadInterval < MinReloadInterval || ReloadInterval > MaxReloadInterval))
            yield return new ValidationResult("must be 0, or from 100 ms to 1 day.", [nameof(ReloadInterval)]);
    }
}
