using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gateway.LoadTest.Clients;

namespace Gateway.LoadTest.Commands;

/// <summary>The options that shape the load, with a scenario's defaults.</summary>
internal sealed class LoadArguments
{
    private readonly LoadOptions _defaults;
    private readonly Option<int> _connections;
    private readonly Option<int> _rooms;
    private readonly Option<int> _publishers;
    private readonly Option<double> _rate;
    private readonly Option<int> _size;
    private readonly Option<double> _warmUp;
    private readonly Option<double> _duration;
    private readonly Option<double> _drain;
    private readonly Option<bool> _durable;
    private readonly Option<double> _slow;
    private readonly Option<double> _spread;
    private readonly Option<int> _connectRate;
    private readonly Option<double> _connectTimeout;
    private readonly Option<string> _path;
    private readonly Option<string> _protocol;
    private readonly Option<string> _sources;
    private readonly Option<string> _signingKey;
    private readonly Option<bool> _anonymous;

    public LoadArguments(Command verb, LoadOptions defaults)
    {
        _defaults = defaults;
        _connections = Number("--connections", "Connections of all load processes together.", defaults.Connections, 1);
        _rooms = Number("--rooms", "Rooms that they are spread over.", defaults.Rooms, 1);
        _publishers = Number("--publishers", "Publishers beside the members; 0 lets the members publish.", defaults.Publishers, 0);
        _rate = Number("--rate", "Iterations (messages, mostly) a second of all load processes together: an open loop.", defaults.Rate);
        _size = Number("--size", "Bytes of a payload, at least 29.", defaults.Size, 29);
        _warmUp = Number("--warm-up", "Seconds of load that are not measured.", defaults.WarmUp.TotalSeconds);
        _duration = Number("--duration", "Seconds that are measured.", defaults.Duration.TotalSeconds);
        _drain = Number("--drain", "Seconds that iterations and messages may take after the load.", defaults.Drain.TotalSeconds);
        _durable = new Option<bool>("--durable") { Description = "Durable rooms (kind chat) instead of ephemeral ones (live).", DefaultValueFactory = _ => defaults.IsDurable };
        _slow = Number("--slow-share", "Share of the members that stall, in slow-readers.", defaults.SlowShare);
        _spread = Number("--spread", "Seconds over which those that were cut spread their return, in reconnect-storm; 0: all at once.", defaults.Spread.TotalSeconds);
        _connectRate = Number("--connect-rate", "Connections opened a second, all load processes together.", defaults.ConnectRate, 1);
        _connectTimeout = Number("--connect-timeout", "Seconds that opening all of them may take.", defaults.ConnectTimeout.TotalSeconds);
        _path = new Option<string>("--path") { Description = "Path of the WebSocket.", DefaultValueFactory = _ => defaults.Path };
        _protocol = new Option<string>("--protocol") { Description = "Subprotocol.", DefaultValueFactory = _ => defaults.IsJson ? "json" : "msgpack" };
        _protocol.AcceptOnlyFromAmong("msgpack", "json");
        _sources = new Option<string>("--sources") { Description = "Source addresses, used in turn: 127.0.0.2,127.0.0.3 or 127.0.0.2-127.0.0.9. Some 28,000 connections to one gateway fit each; without it a gateway on this machine gets at most a third of that from each.", DefaultValueFactory = _ => "" };
        _signingKey = new Option<string>("--signing-key") { Description = "Gateway:Accounts:SigningKey of the gateway, for tokens; the public test key without.", DefaultValueFactory = _ => TestTokens.TestKey };
        _anonymous = new Option<bool>("--anonymous") { Description = "No tokens; the gateway must allow it, and its rooms too." };
        foreach (var option in (Option[])
        [
            _connections, _rooms, _publishers, _rate, _size, _warmUp, _duration, _drain, _durable, _slow, _spread, _connectRate, _connectTimeout, _path, _protocol, _sources,
            _signingKey, _anonymous,
        ])
            verb.Options.Add(option);
    }

    public LoadOptions Read(ParseResult parsed) => _defaults with
    {
        Connections = parsed.GetValue(_connections),
        Rooms = Math.Min(parsed.GetValue(_rooms), parsed.GetValue(_connections)),
        Publishers = parsed.GetValue(_publishers),
        Rate = parsed.GetValue(_rate),
        Size = parsed.GetValue(_size),
        WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
        Duration = TimeSpan.FromSeconds(parsed.GetValue(_duration)),
        Drain = TimeSpan.FromSeconds(parsed.GetValue(_drain)),
        IsDurable = parsed.GetValue(_durable),
        SlowShare = parsed.GetValue(_slow),
        Spread = TimeSpan.FromSeconds(parsed.GetValue(_spread)),
        ConnectRate = parsed.GetValue(_connectRate),
        ConnectTimeout = TimeSpan.FromSeconds(parsed.GetValue(_connectTimeout)),
        Path = parsed.GetValue(_path)!,
        IsJson = parsed.GetValue(_protocol) == "json",
        Sources = SourceAddresses.Parse(parsed.GetValue(_sources)!),
        SigningKey = parsed.GetValue(_anonymous) ? "" : parsed.GetValue(_signingKey)!,
    };

    internal static Option<int> Number(string name, string description, int value, int least) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
                int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) && number >= least ? number : Refuse(result, $"{name} needs a whole number of at least {least}"),
        };

    private static Option<double> Number(string name, string description, double value) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
                double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0
                    ? number
                    : Refuse(result, $"{name} needs a number of at least 0"),
        };

    private static int Refuse(ArgumentResult result, string needed)
    {
        result.AddError($"{needed}; '{result.Tokens[0].Value}' is not that.");
        return 0;
    }
}
