using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>
/// These numbers are on the wire and given by RFC 6455 and IANA. If one of these tests fails, the change is a mistake; nobody but the RFC
/// changes them. A new registered close code gets a row here and in CloseCodes.
/// </summary>
public sealed class WireValueTests
{
    [Fact]
    public void Opcodes_are_frozen() => Assert.Equal(
        "Continuation=0 Text=1 Binary=2 Close=8 Ping=9 Pong=10",
        string.Join(' ', Enum.GetValues<Opcode>().Select(value => $"{value}={(int)value}")));

    [Fact]
    public void Close_codes_are_frozen() => Assert.Equal(
        "None=0 NormalClosure=1000 GoingAway=1001 ProtocolError=1002 UnsupportedData=1003 NoStatus=1005 Abnormal=1006 InvalidPayload=1007 "
        + "PolicyViolation=1008 MessageTooBig=1009 MandatoryExtension=1010 InternalError=1011 ServiceRestart=1012 TryAgainLater=1013 "
        + "BadGateway=1014 TlsHandshake=1015",
        string.Join(' ', Enum.GetValues<CloseCode>().Select(value => $"{value}={(int)value}")));

    [Fact]
    public void IsValidOnWire_all_numbers()
    {
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var expected = code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
            Assert.True(expected == CloseCodes.IsValidOnWire((ushort)code), $"{code}");
        }
    }

    [Fact]
    public void Violations_have_a_valid_code_and_a_sentence_that_fits_a_close_frame()
    {
        foreach (var violation in Enum.GetValues<FrameViolation>())
        {
            if (violation == FrameViolation.None)
                continue;
            Assert.True(CloseCodes.IsValidOnWire((ushort)violation.CloseCode()), $"{violation}");
            Assert.InRange(violation.Sentence().Length, 10, 123);
        }

        Assert.Equal(CloseCode.ProtocolError, FrameViolation.MaskMissing.CloseCode());
        Assert.Equal(CloseCode.InvalidPayload, FrameViolation.TextNotUtf8.CloseCode());
        Assert.Equal(CloseCode.InvalidPayload, FrameViolation.DeflateCorrupt.CloseCode());
        Assert.Equal(CloseCode.MessageTooBig, FrameViolation.MessageTooBig.CloseCode());
        Assert.Equal(CloseCode.PolicyViolation, FrameViolation.TooManyFrames.CloseCode());
    }
}
