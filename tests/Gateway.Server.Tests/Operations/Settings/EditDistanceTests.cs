using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Tests.Operations.Settings;

public class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("port", "prot", 2)]
    public void Between_countsEdits(string left, string right, int distance)
    {
        Assert.Equal(distance, EditDistance.Between(left, right));
        Assert.Equal(distance, EditDistance.Between(right, left));
    }

    [Fact]
    public void Nearest_picksTheNearest_orNone()
    {
        Assert.Equal("Port", EditDistance.Nearest("prt", ["Path", "Port", "Echo"]));
        Assert.Null(EditDistance.Nearest("somethingElse", ["Path", "Port", "Echo"]));
    }
}
