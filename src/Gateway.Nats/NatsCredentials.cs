using Gateway.Nats.Authentication;

namespace Gateway.Nats;

/// <summary>Who the client is. Its secrets are in no text, log or exception of this library.</summary>
public abstract class NatsCredentials
{
    private protected NatsCredentials()
    {
    }

    /// <summary>One token that all share.</summary>
    public static NatsCredentials Token(string token) => new Fixed(new ConnectProof { Token = token });

    /// <summary>A user and a password.</summary>
    public static NatsCredentials UserPassword(string user, string password) => new Fixed(new ConnectProof { User = user, Password = password });

    /// <summary>An nkey: the client signs the server's nonce, the seed never leaves it.</summary>
    /// <param name="seed">Such as <c>SUA...</c>.</param>
    /// <exception cref="FormatException">This is no seed.</exception>
    public static NatsCredentials NKey(string seed) => new Signed(jwt: null, NKeySeed.Parse(seed));

    /// <summary>A user's JWT, and the seed of the nkey that it is about.</summary>
    /// <exception cref="FormatException">This is no seed.</exception>
    public static NatsCredentials Jwt(string jwt, string seed) => new Signed(jwt, NKeySeed.Parse(seed));

    /// <summary>A credentials file with both, as <c>nsc</c> writes it. It is read anew for each connection, so that it may be replaced at any time.</summary>
    public static NatsCredentials File(string path) => new FromFile(path);

    /// <summary>Says nothing of what is inside.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="FormatException">The file is no credentials file, or there is nothing to sign.</exception>
    internal abstract ValueTask<ConnectProof> ProveAsync(string? nonce, CancellationToken cancellationToken);

    private static ConnectProof Sign(string? jwt, NKeySeed seed, string? nonce) => new()
    {
        Jwt = jwt,
        PublicKey = jwt is null ? seed.PublicKey : null,
        Signature = seed.Sign(nonce ?? throw new FormatException("The server sent no nonce to sign: it is not set up for nkeys or JWT.")),
    };

    private sealed class Fixed(ConnectProof proof) : NatsCredentials
    {
        internal override ValueTask<ConnectProof> ProveAsync(string? nonce, CancellationToken cancellationToken) => ValueTask.FromResult(proof);
    }

    private sealed class Signed(string? jwt, NKeySeed seed) : NatsCredentials
    {
        internal override ValueTask<ConnectProof> ProveAsync(string? nonce, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Sign(jwt, seed, nonce));
    }

    private sealed class FromFile(string path) : NatsCredentials
    {
        internal override async ValueTask<ConnectProof> ProveAsync(string? nonce, CancellationToken cancellationToken)
        {
            var (jwt, seed) = CredentialsFile.Parse(await System.IO.File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
            return Sign(jwt, seed, nonce);
        }
    }
}
