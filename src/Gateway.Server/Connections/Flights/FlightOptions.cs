using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Connections.Flights;

/// <summary>What is remembered of connections that ended badly.</summary>
internal sealed class FlightOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = "Gateway:Flights";

    /// <summary>Remembers of each connection the last 64 frame headers (never what is in a frame), and shows those of connections that ended badly at `GET /admin/flights`. Off by default: it takes about 600 bytes for each connection.</summary>
    public bool Enabled { get; set; }

    /// <summary>How many ended connections are kept, the newest. Default 100, about 100 KB.</summary>
    [Range(1, 10_000)]
    public int MaxCount { get; set; } = 100;
}
