using System.Security.Cryptography;
using Gateway.Server.Accounts;
using Gateway.Server.Storage;
using Gateway.Server.Tests.Storage;
using Gateway.Server.Tests.Support;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Accounts;

public sealed class SigningKeysTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly DataDirectory _data;

    public SigningKeysTests() => _data = new DataDirectory(TemporaryDatabase.Configuration(_scratch.Path));

    public void Dispose()
    {
        _data.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Key_is_made_once_random_and_kept()
    {
        var first = Keys();
        Assert.Equal(32, first.TokenKey.Key.Length);
        Assert.Equal(first.TokenKey.Key, Keys().TokenKey.Key);
        File.Delete(_data.File("signing.key"));
        Assert.NotEqual(first.TokenKey.Key, Keys().TokenKey.Key);
        Assert.Single(Directory.GetFiles(_data.Path, "signing.key*"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    public void Key_file_that_is_damaged_is_never_replaced_in_silence(string content)
    {
        File.WriteAllText(_data.File("signing.key"), content);
        Assert.Contains("signing.key", Assert.Throws<InvalidOperationException>(() => Keys()).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_data.File("signing.key")));
    }

    [Fact]
    public void Configured_key_is_used_and_leaves_no_file()
    {
        var secret = RandomNumberGenerator.GetBytes(48);
        Assert.Equal(secret, Keys(Convert.ToBase64String(secret)).TokenKey.Key);
        Assert.False(File.Exists(_data.File("signing.key")));
    }

    [Fact]
    public void Derived_keys_differ_by_purpose_and_from_the_secret()
    {
        var keys = Keys();
        Assert.Equal(keys.Derive("a"), keys.Derive("a"));
        Assert.NotEqual(keys.Derive("a"), keys.Derive("b"));
        Assert.NotEqual(keys.Derive("a"), keys.TokenKey.Key);
    }

    private SigningKeys Keys(string? configured = null) => new(Options.Create(new AccountsOptions { SigningKey = configured }), _data);
}
