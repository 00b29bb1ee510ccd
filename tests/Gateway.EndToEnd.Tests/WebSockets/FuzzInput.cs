using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>What a hostile or broken client may send: good bytes with something changed in them, or no good bytes at all.</summary>
internal static class FuzzInput
{
    private const int MaxNoiseBytes = 3000;
    private const int MaxStreamBytes = 40_000;

    private static readonly string[] Requests =
    [
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 34\r\n\r\n{\"username\":\"a\",\"password\":\"bbbbb\"}",
        "POST /auth/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n",
        "GET /jobs?state=queued HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a.b.c\r\n\r\n",
    ];

    private static readonly string[] Frames =
    [
        "[1,1]", "[24,5]", "[5,1,\"chat:fuzz\",1]", "[5,2,\"live:fuzz\",0,7,3]", "[7,3,\"chat:fuzz\"]", "[9,4,\"chat:fuzz\",\"e\",{\"a\":[1,2.5,{\"$bin\":\"AAEC\"}]}]",
        "[9,5,\"live:fuzz\",\"e\",1,null,\"key\"]", "[12,6,\"bob\",\"e\",1]", "[14,7,\"gateway\",\"time\",null,50]", "[16,8,\"chat:fuzz\",[\"bob\"]]",
        "[19,9,\"chat:fuzz\",\"typing\",{}]", "[20,10,\"chat:fuzz\",0,5]", "[26,11]", "[3,12,\"a.b.c\"]", "[25,1,2]",
    ];

    /// <summary>Requests that HTTP answers or refuses.</summary>
    public static byte[] Http(Random random)
    {
        var request = random.Next(4) == 0
            ? HandshakeCases.All[random.Next(HandshakeCases.All.Count)].Request
            : Requests[random.Next(Requests.Length)];
        return Mutate(Encoding.Latin1.GetBytes(request), random);
    }

    /// <summary>Frames for /echo, or frames of a subprotocol for /ws, each stream with some changes.</summary>
    public static byte[] WebSocketStream(Random random, bool echo, bool json)
    {
        var stream = new List<byte>();
        for (var left = random.Next(1, 12); left > 0 && stream.Count < MaxStreamBytes; left--)
        {
            stream.AddRange(random.Next(echo ? 2 : 6) == 0
                ? ConformanceCases.All[random.Next(ConformanceCases.All.Count)].ClientBytes.Take(MaxStreamBytes)
                : Message(random, json));
        }

        return random.Next(3) == 0 ? [.. stream] : Mutate([.. stream], random);
    }

    /// <summary>Changes a few octets, leaves some out, repeats some, puts noise in between, cuts the end off; or replaces it all.</summary>
    public static byte[] Mutate(byte[] bytes, Random random)
    {
        if (random.Next(8) == 0 || bytes.Length == 0)
        {
            var noise = new byte[random.Next(1, MaxNoiseBytes)];
            random.NextBytes(noise);
            return noise;
        }

        var changed = new List<byte>(bytes);
        for (var left = random.Next(1, 6); left > 0 && changed.Count > 0; left--)
        {
            var at = random.Next(changed.Count);
            var count = Math.Min(random.Next(1, 20), changed.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed.RemoveRange(at, count);
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(at, count));
                    break;
                case 3:
                    var noise = new byte[count];
                    random.NextBytes(noise);
                    changed.InsertRange(at, noise);
                    break;
                default:
                    changed.RemoveRange(at, random.Next(changed.Count - at));
                    break;
            }
        }

        return [.. changed];
    }

    /// <summary>Cuts at random places.</summary>
    public static IEnumerable<byte[]> Chunks(byte[] bytes, Random random)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var count = Math.Min(bytes.Length - at, random.Next(3) == 0 ? random.Next(1, 8) : random.Next(1, 8000));
            yield return bytes[at..(at + count)];
            at += count;
        }
    }

    // The content may be broken although the WebSocket frame around it is not: that is what gets to the protocol's own parser.
    private static byte[] Message(Random random, bool json)
    {
        var text = Encoding.UTF8.GetBytes(Frames[random.Next(Frames.Length)]);
        var content = random.Next(3) == 0 ? Mutate(text, random) : text;
        if (json)
            return ClientFrames.Frame(ClientFrames.TextFrame, content);

        var output = new ArrayBufferWriter<byte>();
        using var frames = new JsonFrames();
        frames.ToMessagePack(text, output);
        var packed = output.WrittenSpan.ToArray();
        return ClientFrames.Binary(random.Next(3) == 0 ? Mutate(packed, random) : packed);
    }
}
