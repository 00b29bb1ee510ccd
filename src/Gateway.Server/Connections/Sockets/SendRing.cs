using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// Many sends in one system call, through io_uring(7): the sends of a batch are put into the kernel's submission queue, carried out in order within one io_uring_enter, and their results read from the
/// completion queue. Belongs to its lane.
/// </summary>
/// <remarks>
/// <para>Measured: for 1,000 sends of 135 bytes 4.2 instead of 5.1 microseconds each. What is sent is never waited for (MSG_DONTWAIT), so all results are there when the call returns, and nothing of the batch
/// is left in the kernel: a ring of this kind needs no state besides.</para>
/// <para>Without a kernel that has it (5.7), or where it is forbidden (seccomp, sysctl kernel.io_uring_disabled), there is none, and sends are made one by one.</para>
/// <para>Hot path; no allocation. What loops is optimized from the first call, as in <see cref="SendBatch"/>.</para>
/// </remarks>
internal sealed class SendRing : IDisposable
{
    /// <summary>Sends of one call.</summary>
    public const int MaxSends = 256;

    /// <summary>Bytes of one call.</summary>
    public const int BufferBytes = 64 * 1024;

    private const byte SendOperation = 26;    // IORING_OP_SEND
    private const uint SingleMap = 1;         // IORING_FEAT_SINGLE_MMAP
    private const uint FastPoll = 1 << 5;     // IORING_FEAT_FAST_POLL, of Linux 5.7; the operation is of 5.6
    private const int GetEvents = 1;          // IORING_ENTER_GETEVENTS
    private const uint SubmissionBytes = 64;
    private const uint CompletionBytes = 16;
    private const long EntriesOffset = 0x10000000; // IORING_OFF_SQES

    private readonly int _file;
    private readonly Parameters _parameters;
    private readonly MappedMemory _queues;
    private readonly MappedMemory _entries;
    private readonly Submission[] _submissions = new Submission[MaxSends];
    private readonly Completion[] _completions = new Completion[MaxSends];
    private readonly int[] _results = new int[MaxSends];

    // What is sent, at an address that does not change.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private readonly ulong _address;
    private int _byteCount;
    private int _count;

    private SendRing(int file, Parameters parameters)
    {
        _file = file;
        _parameters = parameters;
        _address = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
        var submissions = parameters.SubmissionQueue.Array + (parameters.SubmissionEntries * sizeof(uint));
        var completions = parameters.CompletionQueue.Completions + (parameters.CompletionEntries * CompletionBytes);
        _queues = MappedMemory.Map(file, 0, (int)Math.Max(submissions, completions));
        _entries = MappedMemory.Map(file, EntriesOffset, (int)(parameters.SubmissionEntries * SubmissionBytes));

        // The queue holds indices of entries; ours stand in their places, always.
        for (var i = 0u; i < parameters.SubmissionEntries; i++)
        {
            _queues.Write(parameters.SubmissionQueue.Array + (i * sizeof(uint)), i);
        }

        for (var i = 0; i < MaxSends; i++)
        {
            _submissions[i] = new Submission { Operation = SendOperation, MessageFlags = Libc.DontWait | Libc.NoSignal, UserData = (ulong)i };
        }
    }

    public int Count => _count;

    /// <summary>Sends that the kernel is asked to take in one call; tests make it few.</summary>
    public int MaxTaken { get; set; } = MaxSends;

    /// <summary>Sends of the last <see cref="Submit"/> that went through the kernel's queue.</summary>
    public int TakenCount { get; private set; }

    /// <summary>Where the bytes of the next send may be put, for <see cref="Add"/>; empty when there is no place before <see cref="Submit"/>.</summary>
    public Span<byte> Place => _count == MaxSends ? default : _bytes.AsSpan(_byteCount);

    /// <summary>Null: the kernel has none for us.</summary>
    public static SendRing? TryCreate()
    {
        if (!Environment.Is64BitProcess)
        {
            // There the offsets of mmap are of another size.
            return null;
        }

        var parameters = default(Parameters);
        var file = (int)Libc.SetUpRing(Libc.SetUpRingCall, MaxSends, ref parameters);
        if (file < 0)
        {
            return null;
        }

        if ((parameters.Features & (SingleMap | FastPoll)) != (SingleMap | FastPoll))
        {
            _ = Libc.Close(file);
            return null;
        }

        try
        {
            return new SendRing(file, parameters);
        }
        catch (Win32Exception)
        {
            _ = Libc.Close(file);
            return null;
        }
    }

    /// <summary>Adds a send. False: there is no place before <see cref="Submit"/>, or, with nothing added yet, never for so much.</summary>
    public bool TryAdd(int socket, ReadOnlySpan<byte> bytes, bool isSameAsLast)
    {
        if (_count == MaxSends)
        {
            return false;
        }

        if (!isSameAsLast || _count == 0)
        {
            if (bytes.Length > BufferBytes - _byteCount)
            {
                return false;
            }

            bytes.CopyTo(_bytes.AsSpan(_byteCount));
            _byteCount += bytes.Length;
        }

        Put(socket, bytes.Length);
        return true;
    }

    /// <summary>Adds a send of bytes that lie at the beginning of <see cref="Place"/>.</summary>
    public void Add(int socket, int lengthBytes)
    {
        _byteCount += lengthBytes;
        Put(socket, lengthBytes);
    }

    /// <summary>What was to be sent by one of the last <see cref="Submit"/>. Valid until the next <see cref="Add"/> or <see cref="TryAdd"/>.</summary>
    public ReadOnlySpan<byte> BytesOf(int index)
    {
        ref readonly var submission = ref _submissions[index];
        return _bytes.AsSpan((int)(submission.Address - _address), (int)submission.LengthBytes);
    }

    /// <summary>Carries out what was added, in its order: through the kernel's queue and, what that does not take, one by one.</summary>
    /// <returns>A result for each: bytes taken or, below 0, the negative error. Valid until the next call.</returns>
    public ReadOnlySpan<int> Submit()
    {
        var count = _count;
        _count = _byteCount = 0;
        var queue = _parameters.SubmissionQueue;
        var tail = _queues.Read<uint>(queue.Tail);
        var at = (int)(tail % _parameters.SubmissionEntries);
        var untilEnd = Math.Min(count, (int)_parameters.SubmissionEntries - at);
        _entries.WriteSpan<Submission>((ulong)at * SubmissionBytes, _submissions.AsSpan(0, untilEnd));
        _entries.WriteSpan<Submission>(0, _submissions.AsSpan(untilEnd, count - untilEnd));

        // The kernel looks at the queue within the call and at no other time: nothing needs a fence. Nor is anything waited for: all is complete when it has been taken.
        _queues.Write(queue.Tail, tail + (uint)count);
        var asked = Math.Min(count, MaxTaken);
        TakenCount = Math.Max(0, (int)Libc.EnterRing(Libc.EnterRingCall, _file, asked, asked, GetEvents, 0, 0));
        if (TakenCount < count)
        {
            _queues.Write(queue.Tail, tail + (uint)TakenCount);
        }

        ReadCompletions(TakenCount);
        for (var i = TakenCount; i < count; i++)
        {
            _results[i] = SendAlone(i);
        }

        return _results.AsSpan(0, count);
    }

    /// <summary>Once: the number of the file may be somebody else's after it.</summary>
    public void Dispose()
    {
        _entries.Dispose();
        _queues.Dispose();
        _ = Libc.Close(_file);
    }

    // The bytes are the last that were put in.
    private void Put(int socket, int lengthBytes)
    {
        ref var submission = ref _submissions[_count++];
        submission.File = socket;
        submission.Address = _address + (ulong)(_byteCount - lengthBytes);
        submission.LengthBytes = (uint)lengthBytes;
    }

    private int SendAlone(int index)
    {
        var bytes = BytesOf(index);
        var sent = (int)Libc.Send(_submissions[index].File, in MemoryMarshal.GetReference(bytes), bytes.Length, Libc.NoSignal | Libc.DontWait);
        return sent >= 0 ? sent : -Marshal.GetLastPInvokeError();
    }

    // Before Linux 6.2 one that could not be sent at once completes before those that were sent: each says which it is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadCompletions(int count)
    {
        var queue = _parameters.CompletionQueue;
        var head = _queues.Read<uint>(queue.Head);
        var at = (int)(head % _parameters.CompletionEntries);
        var untilEnd = Math.Min(count, (int)_parameters.CompletionEntries - at);
        _queues.ReadSpan(queue.Completions + ((ulong)at * CompletionBytes), _completions.AsSpan(0, untilEnd));
        _queues.ReadSpan<Completion>(queue.Completions, _completions.AsSpan(untilEnd, count - untilEnd));
        _queues.Write(queue.Head, head + (uint)count);
        foreach (ref readonly var completion in _completions.AsSpan(0, count))
        {
            _results[(int)completion.UserData] = completion.Result;
        }
    }

    /// <summary>struct io_uring_cqe.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Completion
    {
        public ulong UserData;
        public int Result;
        public uint Flags;
    }

    /// <summary>struct io_uring_sqe, 64 bytes, as a send uses it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct Submission
    {
        [FieldOffset(0)]
        public byte Operation;

        [FieldOffset(4)]
        public int File;

        [FieldOffset(16)]
        public ulong Address;

        [FieldOffset(24)]
        public uint LengthBytes;

        [FieldOffset(28)]
        public int MessageFlags;

        [FieldOffset(32)]
        public ulong UserData;
    }

    /// <summary>struct io_uring_params.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Parameters
    {
        public uint SubmissionEntries;
        public uint CompletionEntries;
        public uint Flags;
        public uint ThreadCpu;
        public uint ThreadIdle;
        public uint Features;
        public uint WorkQueueFile;
        public uint Reserved0;
        public uint Reserved1;
        public uint Reserved2;
        public SubmissionOffsets SubmissionQueue;
        public CompletionOffsets CompletionQueue;
    }

    /// <summary>struct io_sqring_offsets.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SubmissionOffsets
    {
        public uint Head;
        public uint Tail;
        public uint RingMask;
        public uint RingEntries;
        public uint Flags;
        public uint Dropped;
        public uint Array;
        public uint Reserved;
        public ulong UserAddress;
    }

    /// <summary>struct io_cqring_offsets.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CompletionOffsets
    {
        public uint Head;
        public uint Tail;
        public uint RingMask;
        public uint RingEntries;
        public uint Overflow;
        public uint Completions;
        public uint Flags;
        public uint Reserved;
        public ulong UserAddress;
    }
}
