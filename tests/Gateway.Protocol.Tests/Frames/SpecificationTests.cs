using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Protocol.Frames;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>
/// protocol/spec.md and the code say the same. A value that is on the wire is never changed: if one of these fails because of a
/// deliberate change, that change needs a new version of the protocol (section 8), not a new number here.
/// </summary>
public sealed partial class SpecificationTests
{
    private const string ExamplesStart = "<!-- examples: written by SpecificationTests -->\n";
    private const string ExamplesEnd = "<!-- end of examples -->\n";

    private const string CloseCodesHeading = "### Close codes";

    private static readonly string Text = File.ReadAllText(Path.Combine(VectorFile.Folder, "spec.md"));

    [Fact]
    public void Ops_are_those_of_the_table()
    {
        var table = OpRow().Matches(Text)
            .Select(m => (Name: m.Groups["name"].Value, Op: m.Groups["op"].Value, By: m.Groups["by"].Value.Replace(" ", "", StringComparison.Ordinal)))
            .ToArray();
        var code = Enum.GetValues<Op>().Where(o => o != Op.None).Select(o => (
            Name: o.ToString().ToLowerInvariant(),
            Op: ((int)o).ToString(CultureInfo.InvariantCulture),
            By: (Ops.IsFromClient((int)o), Ops.IsFromServer((int)o)) switch { (true, true) => "C,S", (true, false) => "C", _ => "S" }));
        Assert.Equal(code, table.Select(r => r with { By = r.By == "S,C" ? "C,S" : r.By }));
    }

    [Fact]
    public void Fields_of_the_examples_are_as_many_as_the_table_has()
    {
        foreach (Match row in OpRow().Matches(Text))
        {
            // Fields are separated by commas; the one list with commas of its own is that of positions.
            var count = Bracketed().Replace(row.Groups["fields"].Value, "").Split(',').Length;
            var op = int.Parse(row.Groups["op"].Value, CultureInfo.InvariantCulture);
            var longest = FrameExamples.All.Where(e => (int)e.Op == op).Max(e => ((object?[])MessagePack.Model.Decode(e.Bytes)!).Length - 1);
            Assert.True(longest <= count, $"op {op} has {count} fields in the table, but an example {longest}");
            if ((Op)op is not (Op.Join or Op.Publish or Op.Error or Op.Goaway))
                Assert.True(longest >= count - 1, $"op {op} has {count} fields in the table, but no example more than {longest}");
        }
    }

    [Fact]
    public void Errors_are_those_of_the_table()
    {
        var table = ErrorRow().Matches(Text[..Text.IndexOf(CloseCodesHeading, StringComparison.Ordinal)]).Select(m => (Code: m.Groups["code"].Value, Name: m.Groups["name"].Value));
        var code = Enum.GetValues<ErrorCode>().Where(e => e != ErrorCode.None)
            .Select(e => (Code: ((int)e).ToString(CultureInfo.InvariantCulture), Name: e.Name()));
        Assert.Equal(code, table);
        Assert.All(Enum.GetValues<ErrorCode>().Where(e => e != ErrorCode.None), e =>
        {
            Assert.Equal((int)e >= 2000, e.IsRetryable());
            Assert.NotEqual("unknown", e.Name());
            Assert.NotEqual(((ErrorCode)1).Sentence(), e.Sentence());
        });
    }

    [Fact]
    public void Close_codes_are_those_of_the_table()
    {
        var table = CloseRow().Matches(Text[Text.IndexOf(CloseCodesHeading, StringComparison.Ordinal)..]).ToDictionary(
            m => int.Parse(m.Groups["code"].Value, CultureInfo.InvariantCulture), m => m.Groups["back"].Value.StartsWith("yes", StringComparison.Ordinal));
        Assert.Equal(Enum.GetValues<GatewayCloseCode>().Where(c => c != GatewayCloseCode.None).Select(c => (int)c), table.Keys.Where(c => c >= 4000));
        Assert.All(table, row => Assert.Equal(row.Value, GatewayCloseCodes.MayComeBack(row.Key)));
        Assert.True(GatewayCloseCodes.MayComeBack(4199) && !GatewayCloseCodes.MayComeBack(4099) && GatewayCloseCodes.MayComeBack(3000));
    }

    [Fact]
    public void Examples_are_what_the_code_writes()
    {
        var start = Text.IndexOf(ExamplesStart, StringComparison.Ordinal) + ExamplesStart.Length;
        var end = Text.IndexOf(ExamplesEnd, StringComparison.Ordinal);
        Assert.True(start >= ExamplesStart.Length && end >= start, "protocol/spec.md has no place for the examples any more");

        var examples = new StringBuilder();
        foreach (var example in FrameExamples.All)
        {
            examples.Append(CultureInfo.InvariantCulture, $"**{example.Name}**\n\n```\n{example.Json}\n");
            foreach (var line in example.Bytes.Chunk(32))
                examples.Append(string.Join(' ', line.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))).Append('\n');
            examples.Append("```\n\n");
        }

        VectorFile.Verify("spec.md", Text[..start] + examples + Text[end..]);
    }

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.None, 1000)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"^\| (?<op>\d+) \| (?<name>[a-z]+) \| (?<by>[CS, ]+) \| (?<fields>[^|]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OpRow();

    [GeneratedRegex(@"^\| (?<code>[12]\d\d\d) \| (?<name>[a-z0-9-]+) \| ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ErrorRow();

    [GeneratedRegex(@"^\| (?<code>[14]\d\d\d) \| [^|]+ \| (?<back>yes|no|the client's choice)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CloseRow();
}
