namespace Gateway.Server.Connections.Admitting;

/// <summary>Where samples of the process' load come from.</summary>
internal interface ILoadSource
{
    LoadSample Read();
}
