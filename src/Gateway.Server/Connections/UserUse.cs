using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

/// <summary>One user's connections on this node and what they take together. The sessions belong to the user's home lane; the rates are shared by all lanes.</summary>
/// <remarks>Nearly every user has one connection: there is a list for the others only.</remarks>
internal sealed class UserUse(string user) : SharedRates
{
    private Session? _first;
    private List<Session>? _others;

    public string User => user;

    public int Count => (_first is null ? 0 : 1) + (_others?.Count ?? 0);

    public IEnumerable<Session> Sessions => _first is null ? _others ?? [] : _others is null ? [_first] : _others.Prepend(_first);

    public void Add(Session session)
    {
        if (_first is null)
        {
            _first = session;
        }
        else
        {
            (_others ??= []).Add(session);
        }
    }

    public bool Remove(Session session)
    {
        if (ReferenceEquals(_first, session))
        {
            _first = null;
            return true;
        }

        if (_others is null || !_others.Remove(session))
        {
            return false;
        }

        if (_others.Count == 0)
        {
            _others = null;
        }

        return true;
    }
}
