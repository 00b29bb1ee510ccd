namespace Gateway.Server.Backends.Requests;

/// <summary>
/// Keeps requests away from a service that does not answer. Closed: all pass. After a number of failures in a row, open: none pass for a while. Then one
/// at a time may try; its success closes, its failure opens again. Any thread.
/// </summary>
internal sealed class ServiceBreaker(int maxFailures, TimeSpan pause, TimeProvider time, Action<bool>? onChange = null)
{
    private readonly Lock _lock = new();
    private int _failures;
    private bool _isOpen;
    private bool _isProbing;
    private long _openedAt;

    /// <summary>Whether it keeps requests away, but for one that tries.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _isOpen;
        }
    }

    /// <summary>Whether a request may go on. Who may says how it ended: <see cref="Succeed"/>, <see cref="Fail"/> or <see cref="Leave"/>, with the same probe.</summary>
    /// <param name="isProbe">It is the one that tries an open breaker.</param>
    public bool TryEnter(out bool isProbe)
    {
        lock (_lock)
        {
            isProbe = _isOpen && !_isProbing && time.GetElapsedTime(_openedAt) >= pause;
            _isProbing |= isProbe;
            return !_isOpen || isProbe;
        }
    }

    /// <summary>The service answered, whatever it said.</summary>
    public void Succeed(bool isProbe)
    {
        lock (_lock)
        {
            // One that was let in before it opened and answers late shows little: the probe decides.
            if (_isOpen && !isProbe)
                return;
            _failures = 0;
            _isProbing = false;
            if (!_isOpen)
                return;
            _isOpen = false;
        }

        onChange?.Invoke(obj: false);
    }

    /// <summary>The service did not answer in its time.</summary>
    public void Fail(bool isProbe)
    {
        lock (_lock)
        {
            if (isProbe)
            {
                _isProbing = false;
                _openedAt = time.GetTimestamp();
                return;
            }

            if (_isOpen || ++_failures < maxFailures)
                return;
            _isOpen = true;
            _openedAt = time.GetTimestamp();
        }

        onChange?.Invoke(obj: true);
    }

    /// <summary>The request ended without telling anything about the service: its client has gone.</summary>
    public void Leave(bool isProbe)
    {
        lock (_lock)
        {
            if (isProbe)
                _isProbing = false;
        }
    }
}
