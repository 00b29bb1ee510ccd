using System.Text;
using Gateway.Protocol.Frames;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>protocol/vectors/batches.json: messages of several frames, and spellings that a receiver must take though no sender of ours has them.</summary>
public sealed class BatchVectorTests
{
    private const string FileName = "vectors/batches.json";

    private static readonly (string Name, string MessagePack, string Json, string Reads)[] Messages =
    [
        ("no frame", "", "", ""),
        ("one frame", "92180d", "[24,13]", "[24,13]"),
        ("three frames", "92180192180292180f", "[24,1]\n[24,2]\n[24,15]", "[24,1]\n[24,2]\n[24,15]"),
        ("frames without white space between them", "921801921802", "[24,1][24,2]", "[24,1]\n[24,2]"),
        ("white space around and between", "921801921802", " \r\n[ 24 , 1 ]\t[24,2] \n", "[24,1]\n[24,2]"),
        ("integers wider than they need be", "dd00000002d10018cf000000000000000d", "[24,13]", "[24,13]"),
        ("strings longer than they need be", "930703db0000000a636861743a6c6f626279", "[7,3,\"chat:lobby\"]", "[7,3,\"chat:lobby\"]"),
        ("trailing fields that are nil", "9709060aa0c0c0c0", "[9,6,10,\"\",null,null,null]", "[9,6,10,\"\"]"),
        ("trailing fields that nobody knows", "94180da36e6577c3", "[24,13,\"new\",true]", "[24,13]"),
        ("a string that is escaped needlessly", "930703aa636861743a6c6f626279", "[7,3,\"\\u0063hat:l\\u006Fbby\"]", "[7,3,\"chat:lobby\"]"),
        ("a tail beyond the greatest is the greatest", "970503a6636861743a6100c0c0cd2710", "[5,3,\"chat:a\",0,null,null,10000]", "[5,3,\"chat:a\",0,null,null,1000]"),
        ("a limit beyond the greatest is the greatest", "951403030ace7fffffff", "[20,3,3,10,2147483647]", "[20,3,3,10,1000]"),
    ];

    [Fact]
    public void File_is_what_the_code_reads() => VectorFile.Verify(FileName, VectorFile.Lines(Messages.Select(m =>
        $$"""{ "name": {{VectorFile.Quote(m.Name)}}, "msgpack": "{{m.MessagePack}}", "json": {{VectorFile.Quote(m.Json)}}, "reads": {{VectorFile.Quote(m.Reads)}} }""")));

    [Fact]
    public void Read_then_write_gives_the_usual_spelling()
    {
        foreach (var vector in VectorFile.Read(FileName))
        {
            var reads = vector.GetProperty("reads").GetString()!;
            var fromMessagePack = TypedFrames.RewriteAll(Convert.FromHexString(vector.GetProperty("msgpack").GetString()!));
            Assert.Equal(reads, FrameExample.ToJson(fromMessagePack));
            var fromJson = TypedFrames.RewriteAll(FrameExample.FromJson(vector.GetProperty("json").GetString()!));
            Assert.Equal(Convert.ToHexString(fromMessagePack), Convert.ToHexString(fromJson));
        }
    }
}
