using System.ComponentModel.DataAnnotations;
using Gateway.Server.Storage.Redis;

namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1:7001")]
    [InlineData("127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003")]
    [InlineData("a:6379,password=x,ssl=true,connectTimeout=3000")]
    public void Validate_servers_hasNoFault(string configuration) => Assert.Empty(Validate(configuration));

    [Theory]
    [InlineData("a:6379,unknown=1", "host:port")]
    [InlineData(",password=x", "host:port")]
    [InlineData("a:26379,serviceName=mymaster", "Sentinel is not supported")]
    public void Validate_whatCannotWork_saysWhatToDo(string configuration, string sentence) =>
        Assert.Contains(sentence, Assert.Single(Validate(configuration)).ErrorMessage, StringComparison.Ordinal);

    private static List<ValidationResult> Validate(string configuration)
    {
        var options = new RedisOptions { Configuration = configuration };
        return [.. options.Validate(new ValidationContext(options))];
    }
}
