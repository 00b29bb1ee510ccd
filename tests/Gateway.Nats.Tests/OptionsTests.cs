namespace Gateway.Nats.Tests;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<NatsOptions>> Wrong => new()
    {
        { "Servers", options => options.Servers = [] },
        { "MaxPendingBytes", options => options.MaxPendingBytes = 0 },
        { "MaxMessageBytes", options => options.MaxMessageBytes = int.MaxValue },
        { "MaxPendingRequests", options => options.MaxPendingRequests = -1 },
        { "MaxPingsOutstanding", options => options.MaxPingsOutstanding = 0 },
        { "PingInterval", options => options.PingInterval = TimeSpan.Zero },
        { "Reconnect.MaxDelay", options => options.Reconnect.MaxDelay = TimeSpan.FromDays(2) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Options_thatCannotBe_areNamed(string name, Action<NatsOptions> change)
    {
        var options = new NatsOptions();
        change(options);
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => new NatsConnection(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("a b", "v")]
    [InlineData("a:b", "v")]
    [InlineData("ä", "v")]
    [InlineData("a", "v\r\nb: c")]
    public void Headers_thatWouldBecomeOthers_areRefused(string name, string value) => Assert.ThrowsAny<ArgumentException>(() => new NatsHeaders().Add(name, value));

    [Fact]
    public void HeaderReader_findsWhatIsThere()
    {
        var headers = "NATS/1.0 503 No Responders\r\nA: b\r\nbroken\r\nA:  c \r\nEmpty:\r\n\r\n"u8;
        Assert.Equal(503, NatsHeaderReader.StatusOf(headers));
        Assert.True(NatsHeaderReader.TryFind(headers, "A"u8, out var value));
        Assert.Equal("b"u8, value);
        Assert.False(NatsHeaderReader.TryFind(headers, "a"u8, out _));
        Assert.Equal("A=b A=c Empty=", string.Join(' ', NatsHeaders.Decode(headers).Select(each => $"{each.Key}={each.Value}")));
        Assert.Equal(0, NatsHeaderReader.StatusOf("NATS/1.0\r\n\r\n"u8));
        Assert.Equal(0, NatsHeaderReader.StatusOf(default));
        Assert.Empty(NatsHeaders.Decode("garbage"u8));
    }
}
