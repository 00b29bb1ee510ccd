using System.Text;
using Gateway.Protocol.Frames;

namespace Gateway.Protocol.Tests.Frames;

public sealed class RoomNameTests
{
    [Theory]
    [InlineData("chat:lobby", "chat", "lobby")]
    [InlineData("a:b", "a", "b")]
    [InlineData("user-2:Ada.L_~@%+=/-9", "user-2", "Ada.L_~@%+=/-9")]
    [InlineData("system:notifications", "system", "notifications")]
    public void TryParse_name_is_taken_apart(string text, string kind, string id)
    {
        Assert.True(RoomName.TryParse(Encoding.UTF8.GetBytes(text), out var name));
        Assert.Equal((kind, id, text), (Encoding.UTF8.GetString(name.Kind), Encoding.UTF8.GetString(name.Id), name.ToString()));
        Assert.True(RoomName.IsValid(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("chat")]
    [InlineData("chat:")]
    [InlineData(":lobby")]
    [InlineData("Chat:lobby")]
    [InlineData("-chat:lobby")]
    [InlineData("2chat:lobby")]
    [InlineData("ch_at:lobby")]
    [InlineData("chat:a:b")]
    [InlineData("chat:a b")]
    [InlineData("chat:a*")]
    [InlineData("chat:a>")]
    [InlineData("chat:a\0")]
    [InlineData("chat:é")]
    [InlineData("chát:a")]
    public void TryParse_other_text_is_refused(string text)
    {
        Assert.False(RoomName.IsValid(Encoding.UTF8.GetBytes(text)));
        Assert.False(RoomName.IsValid(text));
    }

    [Theory]
    [InlineData(32, 127, true)]
    [InlineData(31, 128, true)]
    [InlineData(32, 128, false)]
    [InlineData(33, 1, false)]
    [InlineData(1, 129, false)]
    public void TryParse_length_is_bounded(int kind, int id, bool expected)
    {
        var text = new string('k', kind) + ":" + new string('i', id);
        Assert.Equal(expected, RoomName.IsValid(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected, RoomName.IsValid(text));
    }
}
