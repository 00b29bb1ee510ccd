using System.Text;
using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Measures;

public class StampTests
{
    [Fact]
    public void Write_thenRead_isTheSame()
    {
        var random = Seeded.Random();
        for (var run = 0; run < 1000; run++)
        {
            var stamp = new Stamp(random.Next(0x10000), (uint)random.NextInt64(uint.MaxValue), random.NextInt64(long.MaxValue));
            var payload = new byte[random.Next(Stamp.Length, 200)];
            Stamp.Write(payload, stamp);

            Assert.True(Stamp.TryRead(payload, out var read));
            Assert.Equal(stamp, read);
            Assert.All(payload, static octet => Assert.InRange(octet, (byte)' ', (byte)'~'));
        }
    }

    [Fact]
    public void Write_isFrozen()
    {
        var payload = new byte[32];
        Stamp.Write(payload, new Stamp(0x1a, 0xbeef, 0x123456789abcdef));
        Assert.Equal("~001a0000beef0123456789abcdef...", Encoding.ASCII.GetString(payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("~001a0000beef0123456789abcde")]
    [InlineData("hello, this is somebody else's payload")]
    public void TryRead_somethingElse_isRefused(string payload) => Assert.False(Stamp.TryRead(Encoding.ASCII.GetBytes(payload), out _));
}
