using System.Text.Json;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Operations.Settings;

public class ConfigurationCheckTests
{
    [Theory]
    [InlineData("Gateway:Sample:Cuont", "3", "Gateway:Sample:Cuont is no known setting; did you mean Gateway:Sample:Count?")]
    [InlineData("Gateway:Count", "3", "Gateway:Count is no known setting; did you mean Gateway:Sample:Count?")]
    [InlineData("Gateway:Nothing:Like:This", "3", "Gateway:Nothing is no known setting; --help shows where they are listed.")]
    [InlineData("Gateway:Sample:Count", "many", "Gateway:Sample:Count is 'many', but must be a whole number (Int32).")]
    [InlineData("Gateway:Sample:Count", "11", "Gateway:Sample:Count must be between 1 and 10, but it is 11.")]
    [InlineData("Gateway:Sample:Count", "9", "Gateway:Sample:Count: nine is reserved.")]
    [InlineData("Gateway:Sample:Wait", "a while", "Gateway:Sample:Wait is 'a while', but must be a time such as 00:00:30.")]
    [InlineData("Gateway:Sample:Day", "Caturday", "Gateway:Sample:Day is 'Caturday', but must be one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday.")]
    [InlineData("Gateway:Sample:Count:More", "1", "Gateway:Sample:Count has settings below it, but is a single value.")]
    [InlineData("Gateway:Sample:Entry:Size", "101", "Gateway:Sample:Entry:Size must be between 0 and 100, but it is 101.")]
    [InlineData("Gateway:Sample:Kinds:chat:Size", "-1", "Gateway:Sample:Kinds:chat:Size must be between 0 and 100, but it is -1.")]
    [InlineData("Gateway:Sample:Kinds:new:Sise", "1", "Gateway:Sample:Kinds:new:Sise is no known setting; did you mean Gateway:Sample:Kinds:*:Size?")]
    public void Verify_badSetting_isOneSentence(string key, string value, string sentence)
    {
        using var services = Services((key, value));

        var refused = Assert.Throws<StartRefusedException>(() => ConfigurationCheck.Verify(services));

        Assert.Equal([sentence], refused.Sentences);
    }

    [Fact]
    public void Verify_severalProblems_areAllNamed()
    {
        using var services = Services(("Gateway:Sample:Cuont", "3"), ("Gateway:Sample:Day", "x"), ("Gateway:Sample:Kinds:a:B", "1"));

        Assert.Equal(3, Assert.Throws<StartRefusedException>(() => ConfigurationCheck.Verify(services)).Sentences.Count);
    }

    [Fact]
    public void Verify_goodSettings_areBound()
    {
        using var services = Services(
            ("gateway:sample:COUNT", "7"), ("Gateway:Sample:Kinds:doc:Size", "9"), ("Gateway:Sample:Names:0", "a"), ("Gateway:Sample:Wait", ""), ("Other:Section", "is not ours"));

        ConfigurationCheck.Verify(services);

        var options = services.GetRequiredService<IOptions<SampleOptions>>().Value;
        Assert.Equal(7, options.Count);
        Assert.Equal(9, options.Kinds["doc"].Size);
        Assert.Equal(7, options.Kinds["chat"].Size);
        Assert.Equal(["a"], options.Names);
    }

    [Fact]
    public void Dump_showsValues_andMasksSecrets()
    {
        using var services = Services(("Gateway:Sample:SigningKey", "hidden"), ("Gateway:Sample:Wait", "00:00:02"));

        var json = ConfigurationDump.ToJson(services);

        var sample = JsonDocument.Parse(json).RootElement.GetProperty("Gateway").GetProperty("Sample");
        Assert.Equal("***", sample.GetProperty("SigningKey").GetString());
        Assert.Equal("00:00:02", sample.GetProperty("Wait").GetString());
        Assert.Equal(7, sample.GetProperty("Kinds").GetProperty("chat").GetProperty("Size").GetInt32());
        Assert.DoesNotContain("hidden", json);
    }

    [Fact]
    public void Verify_unreadableSecret_isNotShown()
    {
        using var services = Services(("Gateway:Sample:SigningKey:Below", "hidden"));

        Assert.DoesNotContain("hidden", Assert.Throws<StartRefusedException>(() => ConfigurationCheck.Verify(services)).Message);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value))).Build());
        services.AddGatewayOptions<SampleOptions>("Gateway:Sample");
        return services.BuildServiceProvider();
    }
}
