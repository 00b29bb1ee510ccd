using System.Text;
using Gateway.Server.Jobs;

namespace Gateway.Server.Tests.Jobs;

public sealed class MediaSignatureTests
{
    [Theory]
    [InlineData("0000002066747970")]
    [InlineData("000000086D6F6F76")]
    [InlineData("0000000877696465")]
    [InlineData("1A45DFA3")]
    [InlineData("524946460000000041564920")]
    [InlineData("524946460000000057415645")]
    [InlineData("4F676753")]
    [InlineData("464C5601")]
    [InlineData("000001BA")]
    [InlineData("000001B3")]
    [InlineData("3026B2758E66CF11")]
    [InlineData("474946383961")]
    [InlineData("494433")]
    [InlineData("FFFB9064")]
    [InlineData("FFF15080")]
    [InlineData("664C6143")]
    [InlineData("464F524D0000000041494646")]
    [InlineData("2321414D52")]
    public void IsMedia_knows_the_containers(string hex) => Assert.True(MediaSignature.IsMedia(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("4D5A9000")]
    [InlineData("7F454C46")]
    [InlineData("504B0304")]
    [InlineData("FFD8FFE0")]
    [InlineData("FFFFFFFF")]
    [InlineData("89504E47")]
    [InlineData("255044462D")]
    [InlineData("5249464600000000574542 50")]
    [InlineData("1A45DF")]
    public void IsMedia_refuses_what_is_none(string hex) => Assert.False(MediaSignature.IsMedia(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:2\n")]
    [InlineData("ffconcat version 1.0\nfile '/etc/passwd'\n")]
    [InlineData("<html><script>")]
    [InlineData("#!/bin/sh\n")]
    [InlineData("<svg xmlns=")]
    public void IsMedia_refuses_scripts_and_playlists(string text) => Assert.False(MediaSignature.IsMedia(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData(0, 188, true)]
    [InlineData(4, 192, true)]
    [InlineData(0, 187, false)]
    public void IsMedia_knows_transport_streams_by_their_packets(int start, int packet, bool expected)
    {
        var bytes = new byte[MediaSignature.HeadBytes];
        for (var at = start; at < bytes.Length; at += packet)
            bytes[at] = 0x47;
        Assert.Equal(expected, MediaSignature.IsMedia(bytes));
        Assert.False(MediaSignature.IsMedia(bytes.AsSpan(0, 300)));
    }
}
