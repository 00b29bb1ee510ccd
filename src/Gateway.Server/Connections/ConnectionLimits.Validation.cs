using System.ComponentModel.DataAnnotations;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Connections;

internal sealed partial class ConnectionLimits : IValidatableObject
{
    private const int MaxRate = 1_000_000_000;

    // The largest frame without a payload: presence of 256 users of 128 bytes (protocol/spec.md, 4) and what is around it.
    private const int MaxFieldBytes = 64 * 1024;

    // What a node takes before anybody has come.
    private const long LeastMemoryBytes = 64L * 1024 * 1024;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var errors = new List<ValidationResult>();
        CheckCounts(errors);
        CheckRates(errors);
        CheckTimes(errors);
        CheckMarks(errors);
        CheckAddresses(errors, AllowedAddresses, nameof(AllowedAddresses));
        CheckAddresses(errors, DeniedAddresses, nameof(DeniedAddresses));
        return errors;
    }

    private void CheckCounts(List<ValidationResult> errors)
    {
        Range(errors, MaxConnections, 1, 1_000_000, nameof(MaxConnections));
        Range(errors, MaxConnectionsPerAddress, 1, 1_000_000, nameof(MaxConnectionsPerAddress));
        Range(errors, MaxConnectionsPerUser, 1, 1_000_000, nameof(MaxConnectionsPerUser));
        Range(errors, MaxMessageBytes, 1024, 64 * 1024 * 1024, nameof(MaxMessageBytes));
        Range(errors, MaxPayloadBytes, 128, MaxMessageBytes, nameof(MaxPayloadBytes));
        Range(errors, MaxRooms, 1, 10_000, nameof(MaxRooms));
        Range(errors, MaxQueuedBytes, 16 * 1024, 64 * 1024 * 1024, nameof(MaxQueuedBytes));
        Range(errors, ResumeQueuedBytes, 1, MaxQueuedBytes - 1, nameof(ResumeQueuedBytes));
        Range(errors, MaxUnsentBytes, 16 * 1024, 64 * 1024 * 1024, nameof(MaxUnsentBytes));
        Range(errors, MaxPendingRequests, 1, 10_000, nameof(MaxPendingRequests));
        Range(errors, MaxInvalidFrames, 1, 10_000, nameof(MaxInvalidFrames));
        Range(errors, SpareFiles, 0, int.MaxValue, nameof(SpareFiles));
        Range(errors, LaneCount, 0, 256, nameof(LaneCount));
        Range(errors, MaxPendingCommands, 1024, 16 * 1024 * 1024, nameof(MaxPendingCommands));
        Range(errors, DrainPerSecond, 1, 1_000_000, nameof(DrainPerSecond));
        Range(errors, ShedPerSecond, 1, 1_000_000, nameof(ShedPerSecond));
    }

    private void CheckRates(List<ValidationResult> errors)
    {
        Range(errors, HandshakesPerSecond, 0, MaxRate, nameof(HandshakesPerSecond));
        Range(errors, HandshakesPerSecondPerAddress, 0, MaxRate, nameof(HandshakesPerSecondPerAddress));
        Range(errors, MessagesPerSecond, 0, MaxRate, nameof(MessagesPerSecond));
        Range(errors, MessagesPerSecondPerUser, 0, MaxRate, nameof(MessagesPerSecondPerUser));
        Range(errors, MessagesPerSecondPerAddress, 0, MaxRate, nameof(MessagesPerSecondPerAddress));
        Range(errors, JoinsPerSecond, 0, MaxRate, nameof(JoinsPerSecond));
        Range(errors, JoinsPerSecondPerUser, 0, MaxRate, nameof(JoinsPerSecondPerUser));
        Range(errors, JoinsPerSecondPerAddress, 0, MaxRate, nameof(JoinsPerSecondPerAddress));
        Range(errors, (long)RateBurst.TotalMilliseconds, 1000, 60_000, nameof(RateBurst), " ms");
        Bytes(BytesPerSecond, nameof(BytesPerSecond));
        Bytes(BytesPerSecondPerUser, nameof(BytesPerSecondPerUser));
        Bytes(BytesPerSecondPerAddress, nameof(BytesPerSecondPerAddress));

        void Bytes(int value, string name)
        {
            Range(errors, value, 0, int.MaxValue, name);

            // Else the largest frame could never be sent, however long its sender waits.
            if (value > 0 && value * RateBurst.TotalSeconds < MaxPayloadBytes + MaxFieldBytes)
                errors.Add(new ValidationResult($"{name} is {value}; times RateBurst ({OptionKeys.Text(RateBurst)}) it must hold one payload (MaxPayloadBytes, {MaxPayloadBytes}) and {MaxFieldBytes} bytes around it, or be 0 for no limit.", [name]));
        }
    }

    private void CheckTimes(List<ValidationResult> errors)
    {
        Duration(errors, HandshakeTimeout, nameof(HandshakeTimeout));
        Duration(errors, HelloTimeout, nameof(HelloTimeout));
        Duration(errors, HeartbeatInterval, nameof(HeartbeatInterval));
        Duration(errors, HeartbeatTimeout, nameof(HeartbeatTimeout));
        Duration(errors, WriteTimeout, nameof(WriteTimeout));
        Duration(errors, CloseTimeout, nameof(CloseTimeout));
        Duration(errors, RateTolerance, nameof(RateTolerance));
        Duration(errors, ShedIdleTime, nameof(ShedIdleTime));
        Range(errors, (long)CpuWindow.TotalMilliseconds, 1000, 600_000, nameof(CpuWindow), " ms");
        Range(errors, (long)DrainGrace.TotalMilliseconds, 0, 600_000, nameof(DrainGrace), " ms");
    }

    private void CheckMarks(List<ValidationResult> errors)
    {
        if (MaxMemoryBytes != 0)
            Range(errors, MaxMemoryBytes, LeastMemoryBytes, 1L << 50, nameof(MaxMemoryBytes));
        Marks(MemoryLowWaterPercent, nameof(MemoryLowWaterPercent), MemoryHighWaterPercent, nameof(MemoryHighWaterPercent), MemoryShedPercent, nameof(MemoryShedPercent));
        Marks(CpuLowWaterPercent, nameof(CpuLowWaterPercent), CpuHighWaterPercent, nameof(CpuHighWaterPercent), CpuShedPercent, nameof(CpuShedPercent));

        void Marks(int low, string lowName, int high, string highName, int shed, string shedName)
        {
            Range(errors, high, 0, 100, highName);
            Range(errors, low, 1, high == 0 ? 100 : high - 1, lowName);
            if (shed != 0 && (high == 0 || shed <= high || shed > 100))
                errors.Add(new ValidationResult($"{shedName} is {shed}; it must be 0, or above {highName} (which must not be 0) and at most 100.", [shedName]));
        }
    }

    private static void CheckAddresses(List<ValidationResult> errors, IList<string> entries, string name)
    {
        errors.AddRange(entries.Where(static entry => !AddressRules.TryParse(entry, out _))
            .Select(entry => new ValidationResult($"'{entry}' must be an address or a network such as 10.0.0.0/8 or 2001:db8::/32, with no bits set behind the prefix.", [name])));
        if (entries.Count > AddressRules.MaxEntries)
            errors.Add(new ValidationResult($"there are {entries.Count} entries; at most {AddressRules.MaxEntries} are looked through for each handshake.", [name]));
    }

    private static void Range(List<ValidationResult> errors, long value, long least, long greatest, string name, string unit = "")
    {
        if (value < least || value > greatest)
            errors.Add(new ValidationResult($"{name} is {value}{unit}; it must be from {least} to {greatest}{unit}.", [name]));
    }

    private static void Duration(List<ValidationResult> errors, TimeSpan value, string name)
    {
        if (value < TimeSpan.FromMilliseconds(50) || value > TimeSpan.FromHours(1))
            errors.Add(new ValidationResult($"{name} is {OptionKeys.Text(value)}; it must be from 00:00:00.050 to 01:00:00.", [name]));
    }
}
