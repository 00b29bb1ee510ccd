using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Operations.Messaging;

/// <summary>TLS to the NATS server. Its certificate is always checked.</summary>
internal sealed class NatsTlsSettings : IValidatableObject
{
    /// <summary>Refuses a server without TLS. By default TLS is spoken when the server requires it or the address begins with `tls://`.</summary>
    public bool Required { get; set; }

    /// <summary>Path of the authorities in PEM that may have signed the server's certificate; those the machine trusts when empty.</summary>
    public string Authorities { get; set; } = "";

    /// <summary>Path of a certificate in PEM that is shown to a server that asks for one.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Path of its private key in PEM, when it is not in the same file.</summary>
    public string Key { get; set; } = "";

    /// <summary>The name that the server's certificate must have; the host of the address when empty.</summary>
    public string ServerName { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (path, name) in new[] { (Authorities, nameof(Authorities)), (Certificate, nameof(Certificate)), (Key, nameof(Key)) })
        {
            if (!string.IsNullOrEmpty(path) && !File.Exists(path))
                yield return new ValidationResult($"the file '{path}' does not exist.", [name]);
        }

        if (!string.IsNullOrEmpty(Key) && string.IsNullOrEmpty(Certificate))
            yield return new ValidationResult("a key is given without a certificate.", [nameof(Key)]);
    }
}
