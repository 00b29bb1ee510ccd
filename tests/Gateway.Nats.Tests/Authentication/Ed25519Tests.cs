using System.Security.Cryptography;
using System.Text;
using Gateway.Nats.Authentication;

namespace Gateway.Nats.Tests.Authentication;

/// <summary>RFC 8032, section 7.1, and random keys and messages against openssl.</summary>
public sealed class Ed25519Tests
{
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Sign_vectorsOfTheRfc(string seed, string publicKey, string message, string signature)
    {
        Assert.Equal(publicKey, Convert.ToHexStringLower(Ed25519.PublicKey(Convert.FromHexString(seed))));
        Assert.Equal(signature, Convert.ToHexStringLower(Ed25519.Sign(Convert.FromHexString(seed), Convert.FromHexString(message))));
    }

    /// <summary>The RFC's vector SHA(abc).</summary>
    [Fact]
    public void Sign_vectorOfAHash()
    {
        var seed = Convert.FromHexString("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42");
        Assert.Equal(
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
            Convert.ToHexStringLower(Ed25519.Sign(seed, SHA512.HashData("abc"u8))));
    }

    [Fact]
    public async Task Sign_randomKeysAndMessages_asOpenssl()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("gateway-ed25519-");
        try
        {
            for (var round = 0; round < 12; round++)
            {
                var key = new byte[32];
                random.NextBytes(key);
                var message = new byte[random.Next(1, 200)];
                random.NextBytes(message);
                var theirs = await SignWithOpensslAsync(folder.FullName, key, message);
                Assert.True(
                    Ed25519.Sign(key, message).AsSpan().SequenceEqual(theirs),
                    $"Seed {seed}, round {round}: key {Convert.ToHexString(key)}, message {Convert.ToHexString(message)}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<byte[]> SignWithOpensslAsync(string folder, byte[] key, byte[] message)
    {
        // PKCS#8 of an Ed25519 key: a fixed head and the 32 bytes (RFC 8410, section 7).
        byte[] pkcs8 = [.. Convert.FromHexString("302e020100300506032b657004220420"), .. key];
        var paths = (Key: Path.Combine(folder, "key"), Message: Path.Combine(folder, "message"), Signature: Path.Combine(folder, "signature"));
        await File.WriteAllBytesAsync(paths.Key, pkcs8);
        await File.WriteAllBytesAsync(paths.Message, message);
        using var openssl = System.Diagnostics.Process.Start(
            "openssl", ["pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", paths.Key, "-in", paths.Message, "-out", paths.Signature]);
        await openssl.WaitForExitAsync();
        Assert.Equal(0, openssl.ExitCode);
        return await File.ReadAllBytesAsync(paths.Signature);
    }
}
