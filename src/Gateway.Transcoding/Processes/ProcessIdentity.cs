using System.Globalization;

namespace Gateway.Transcoding.Processes;

/// <summary>
/// A process for as long as the machine is up: its number may be given to another one, but not with the same start time
/// (clock ticks since boot, field 22 of <c>/proc/PID/stat</c>).
/// </summary>
internal readonly record struct ProcessIdentity(int Pid, long StartTicks)
{
    /// <summary>False when there is no such process, or no /proc (other systems than Linux).</summary>
    public static bool TryRead(int pid, out ProcessIdentity identity)
    {
        identity = default;
        try
        {
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");

            // The second field is the program's name in parentheses and may itself hold spaces and parentheses: count from the last one.
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            const int StartTimeAfterName = 19;
            if (fields.Length <= StartTimeAfterName || !long.TryParse(fields[StartTimeAfterName], CultureInfo.InvariantCulture, out var ticks))
                return false;

            identity = new(pid, ticks);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether this very process lives and runs <paramref name="program"/> (also behind setpriv or nice).</summary>
    public bool IsRunning(string program)
    {
        if (!TryRead(Pid, out var now) || now != this)
            return false;

        try
        {
            var arguments = File.ReadAllText($"/proc/{Pid.ToString(CultureInfo.InvariantCulture)}/cmdline").Split('\0');
            return arguments.Contains(program, StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
