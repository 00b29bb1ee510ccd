using Gateway.Server.Operations;

namespace Gateway.Server.Tests.Operations;

public class ReadyAnnouncementTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://localhost:8080")]
    [InlineData("http://[::]:8080", "http://localhost:8080")]
    [InlineData("https://0.0.0.0:443", "https://localhost")]
    [InlineData("http://192.0.2.7:80", "http://192.0.2.7")]
    public void BrowserUrl_isOneToGoTo(string listening, string url) => Assert.Equal(url, ReadyAnnouncement.BrowserUrl(listening));
}
