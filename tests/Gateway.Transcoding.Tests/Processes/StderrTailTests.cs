using System.Text;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Tests.Processes;

public sealed class StderrTailTests
{
    [Fact]
    public void ToString_of_little_is_all_of_it()
    {
        var tail = new StderrTail(64);
        Assert.Equal("", tail.ToString());
        tail.Append("one\ntwo\n"u8);
        Assert.Equal("one\ntwo", tail.ToString());
    }

    [Fact]
    public void ToString_of_much_is_the_last_whole_lines()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var tail = new StderrTail(100);
        var all = new StringBuilder();
        for (var round = 0; round < 500; round++)
        {
            var piece = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(number => $"{round}.{number}\n"));
            all.Append(piece);
            tail.Append(Encoding.UTF8.GetBytes(piece));

            var expected = all.ToString();
            if (expected.Length > 100)
            {
                expected = expected[^100..];
                expected = expected[(expected.IndexOf('\n', StringComparison.Ordinal) + 1)..];
            }

            Assert.True(expected.Trim() == tail.ToString(), $"seed {seed}, round {round}");
        }
    }
}
