namespace Gateway.Faults.Tests.Proxies;

/// <summary>Which way bytes go through a proxy.</summary>
[Flags]
internal enum Directions
{
    None = 0,

    /// <summary>From who connected to the proxy to what it stands for.</summary>
    Up = 1,

    /// <summary>Back.</summary>
    Down = 2,
    Both = Up | Down,
}
