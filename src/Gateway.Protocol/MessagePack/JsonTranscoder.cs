using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Protocol.MessagePack;

/// <summary>Translates one value from MessagePack to JSON text (UTF-8) and back, for the subprotocol <c>gateway.v1.json</c>.</summary>
/// <remarks>
/// <para>nil, booleans, numbers, strings, arrays and maps are what JSON calls them. The rest is an object with one key:</para>
/// <list type="table">
/// <item><term>byte string</term><description><c>{"$bin":"&lt;base64&gt;"}</c></description></item>
/// <item><term>extension</term><description><c>{"$ext":[type,"&lt;base64&gt;"]}</c></description></item>
/// <item><term>timestamp</term><description><c>{"$time":"2026-01-02T03:04:05.123456789Z"}</c>; outside the years 1 to 9999 the
/// extension form with type −1</description></item>
/// <item><term>NaN, ±Infinity</term><description><c>{"$float":"NaN"}</c>, <c>"Infinity"</c>, <c>"-Infinity"</c></description></item>
/// <item><term>map with a key that is an array, map, byte string, extension, NaN or ±Infinity</term>
/// <description><c>{"$map":[[key,value],…]}</c></description></item>
/// <item><term>map with exactly one key, a string that begins with <c>$</c></term><description>the same with one more <c>$</c> in
/// front of it, so that it is not taken for one of the above; reading takes it off again</description></item>
/// </list>
/// <para>
/// A map key that is nil, a boolean or a number becomes its JSON text (<c>{"5":…}</c>), and a string when read back. Equal keys
/// are all kept, in order.
/// </para>
/// <para>
/// <b>Numbers.</b> A JSON number with a point or an exponent is a float 64, any other an integer; <c>-0</c>, and integers beyond
/// 64 bits, are float 64. A float with a whole value is written with <c>.0</c>, so its kind survives our own round trip. A
/// client that parses and prints JSON itself may lose it (JavaScript prints 5.0 as 5: the value is the same, the kind is not),
/// and JavaScript's <c>JSON.parse</c> rounds integers beyond ±2⁵³.
/// </para>
/// <para>
/// From MessagePack to JSON and back every value is equal, except that keys change as said above, a float 32 comes back as a
/// float 64 of the same value, a NaN loses its payload bits, and integers, lengths and timestamps come back in their shortest form.
/// </para>
/// <para>
/// Strict and bounded: depth as for <see cref="MessagePackReader"/>, no comments, no trailing commas, strings must be UTF-8
/// without unpaired surrogates. JSON text takes at most 12 times the bytes of the MessagePack value, MessagePack at most 3 times
/// those of the JSON text, each plus 32. Nothing is written unless the whole value is right.
/// </para>
/// <para>
/// Not safe for several threads at once: an instance keeps its buffers from call to call, so that in steady state nothing is
/// allocated (except by the base library: for a <see cref="JsonException"/> on bad input, and for JSON deeper than 64). Hot
/// path; measured by <c>JsonTranscoderBenchmarks</c>.
/// </para>
/// </remarks>
public sealed partial class JsonTranscoder : IDisposable
{
    /// <summary>The longest input that is taken: 64 MiB, which the base library's writer can escape without passing its own limits.</summary>
    public const int MaxInputBytes = 64 * 1024 * 1024;

    // What is kept from call to call after an unusually large value; more is given back to the garbage collector.
    private const int MaxKeptBytes = 1024 * 1024;
    private const int MaxKeptCounts = 64 * 1024;

    // {"$map":[[key,value]]}: three levels of JSON for one of MessagePack. What is innermost may be a {"$ext":[…]}.
    private const int JsonLevelsPerLevel = 3;
    private const int JsonLevelsOfScalar = 2;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Frames travel in WebSocket messages, not in HTML: only what JSON itself demands is escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly int _maxDepth;
    private readonly Level[] _levels;
    private readonly Utf8JsonWriter _writer;
    private readonly List<bool> _mapIsPairs = [];
    private readonly List<int> _counts = [];
    private readonly (bool IsObject, int Index)[] _jsonLevels;
    private ArrayBufferWriter<byte> _output = new();
    private byte[] _scratch = [];

    /// <summary>Creates a translator with buffers of its own.</summary>
    /// <param name="maxDepth">How many arrays and maps may be open at once within a value.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxDepth"/> is less than 1 or more than 256.</exception>
    public JsonTranscoder(int maxDepth = MessagePackReader.DefaultMaxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, 256); // 3 × 256 levels stay below the writer's limit of 1,000
        _maxDepth = maxDepth;
        _levels = new Level[(maxDepth * 2) + 1];
        _jsonLevels = new (bool, int)[(maxDepth * JsonLevelsPerLevel) + JsonLevelsOfScalar];
        _writer = new Utf8JsonWriter(_output, WriterOptions);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <summary>A buffer of <paramref name="length"/> bytes; valid until the next call.</summary>
    private Span<byte> Scratch(int length)
    {
        if (_scratch.Length < length)
            _scratch = new byte[Math.Max(length, _scratch.Length * 2)];
        return _scratch.AsSpan(0, length);
    }

    /// <summary>After a value: keeps buffers of usual size for the next one, and gives back what an unusual value needed.</summary>
    private void Trim()
    {
        _mapIsPairs.Clear();
        _counts.Clear();
        _output.ResetWrittenCount();
        if (_mapIsPairs.Capacity > MaxKeptCounts)
            _mapIsPairs.Capacity = MaxKeptCounts;
        if (_counts.Capacity > MaxKeptCounts)
            _counts.Capacity = MaxKeptCounts;
        if (_scratch.Length > MaxKeptBytes)
            _scratch = [];
        if (_output.Capacity > MaxKeptBytes)
            _output = new ArrayBufferWriter<byte>();

        // The writer must hold on neither to the caller's buffer nor to one of ours that was just given up.
        _writer.Reset(_output);
    }

    private enum LevelKind : byte
    {
        Array,
        Map,

        /// <summary>The outer array of <c>{"$map":[…]}</c>.</summary>
        Pairs,

        /// <summary>One <c>[key,value]</c> in it, which is no level of the MessagePack value.</summary>
        Pair,
    }

    /// <summary>An open array or map.</summary>
    private struct Level
    {
        public LevelKind Kind;

        /// <summary>The values still to come; in a map, keys and values. Even: a key is next.</summary>
        public int Remaining;

        /// <summary>To JSON: this map's only key begins with <c>$</c> and gets another. From JSON: this map has one key, which may have one too many.</summary>
        public bool IsEscaped;

        /// <summary>Which map of the value this is, counted in the order of their headers.</summary>
        public int MapIndex;
    }
}
