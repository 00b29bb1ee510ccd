using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Measures;

public class SequenceCheckTests
{
    [Fact]
    public void Add_everyMessageOnceInOrder_findsNothing()
    {
        var check = new SequenceCheck();
        var track = new SequenceTrack();
        for (uint sequence = 1; sequence <= 100; sequence++)
            Assert.True(check.Add(track, 0, sequence));

        Assert.Equal((0, 0, 0, 0), (check.Duplicates, check.Reordered, check.Holes, SequenceCheck.Behind(track, 0, 100)));
    }

    [Theory]
    [InlineData(new uint[] { 1, 2, 2, 3 }, 1, 0, 0)]
    [InlineData(new uint[] { 1, 3, 2, 4 }, 0, 1, 0)]
    [InlineData(new uint[] { 1, 2, 4 }, 0, 0, 1)]
    [InlineData(new uint[] { 3, 1, 1, 3 }, 2, 1, 1)]
    public void Add_faults_areTold(uint[] arriving, long duplicates, long reordered, long holes)
    {
        var check = new SequenceCheck();
        var track = new SequenceTrack();
        foreach (var sequence in arriving)
            check.Add(track, 0, sequence);

        Assert.Equal((duplicates, reordered, holes), (check.Duplicates, check.Reordered, check.Holes));
    }

    [Fact]
    public void Behind_theLastMessagesDoNotCome_countsThem()
    {
        var check = new SequenceCheck();
        var track = new SequenceTrack();
        check.Add(track, 3, 1);

        Assert.Equal(4, SequenceCheck.Behind(track, 3, 5));
        Assert.Equal(7, SequenceCheck.Behind(track, 90, 7));
    }

    [Fact]
    public void Add_randomLossDuplicatesAndDisorder_agreesWithAModel()
    {
        var random = Seeded.Random();
        for (var run = 0; run < 200; run++)
        {
            var check = new SequenceCheck();
            SequenceTrack[] tracks = [new(), new()];
            var seen = new HashSet<(int, int, uint)>();
            var greatest = new Dictionary<(int, int), uint>();
            long duplicates = 0, reordered = 0;
            for (var i = 0; i < 200; i++)
            {
                var (member, slot, sequence) = (random.Next(2), random.Next(3), (uint)random.Next(1, 60));
                var last = greatest.GetValueOrDefault((member, slot));
                var isNew = seen.Add((member, slot, sequence));
                duplicates += isNew ? 0 : 1;
                reordered += isNew && sequence < last ? 1 : 0;
                greatest[(member, slot)] = Math.Max(last, sequence);
                Assert.Equal(isNew, check.Add(tracks[member], slot, sequence));
            }

            var holes = greatest.Sum(each => each.Value - seen.Count(one => (one.Item1, one.Item2) == each.Key));
            Assert.Equal((duplicates, reordered, holes), (check.Duplicates, check.Reordered, check.Holes));
        }
    }
}
