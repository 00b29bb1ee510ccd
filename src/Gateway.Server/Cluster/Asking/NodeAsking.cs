using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Operations.Messaging;

namespace Gateway.Server.Cluster.Asking;

/// <summary>
/// Asks all other nodes of the cluster and counts their answers, with a short time-out: for messages to users, and for what backends and administrators ask or order. Any thread.
/// </summary>
/// <remarks>
/// <para>Why a question to all, and no interest per user: a node has some 50,000 users, who come and go far more often than anybody sends to one of them. A NATS subscription for each would cost
/// every server of NATS its memory for each connection, two commands for each connect and disconnect (a storm of 50,000 after a cut, on top of the clients' own), and would still not tell how many
/// connections were reached, nor that nobody was: only counted answers do. A question costs one publish, and on each other node one look into a dictionary and one small answer; with n nodes a message
/// to a user is 1 + (n - 1) NATS messages. That is dear where direct messages are most of the traffic on many nodes: publish to the room <c>user:{id}</c> then, which goes only to nodes that have members.</para>
/// <para>On the wire: <c>[1, answer's subject, id, kind, body]</c> to all, <c>[1, name, incarnation, id, answer]</c> back.</para>
/// <para>Order: what one thread asks arrives at each node in that order, because NATS keeps the order of a connection. At most once: nothing is sent twice, and nothing while NATS is away.</para>
/// </remarks>
internal sealed class NodeAsking : IDisposable
{
    private const int Version = 1;

    // A second of direct messages at a rate that NATS can carry; each waits with its list of nodes.
    private const int MaxPending = 65_536;
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<long, PendingQuestion> _pending = new();

    // All wait equally long, so the oldest is due first.
    private readonly ConcurrentQueue<PendingQuestion> _byAge = new();
    private readonly Dictionary<QuestionKind, INodeAnswerer> _answerers = [];
    private readonly NodeId _self;
    private readonly string _askSubject;
    private readonly string _answerSubject;
    private readonly IAskingWire _wire;
    private readonly AskingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly long _timeout;
    private OtherNodes _others = OtherNodes.Unknown;
    private long _lastId;
    private IDisposable? _questions;
    private IDisposable? _answers;
    private ITimer? _timer;
    private int _isExpiring;

    public NodeAsking(NodeId self, string cluster, IAskingWire wire, TimeSpan timeout, AskingMetrics metrics, TimeProvider time)
    {
        _self = self;
        _askSubject = $"gateway.cluster.{cluster}.ask";
        _answerSubject = string.Create(CultureInfo.InvariantCulture, $"gateway.cluster.{cluster}.answer.{SubjectEscape.Escape(self.Name)}.{self.Incarnation}");
        _wire = wire;
        _metrics = metrics;
        _time = time;
        _timeout = (long)(timeout.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Whether a question would be asked at this moment.</summary>
    public bool IsReachable => _wire.IsUp && _metrics.PendingCount < MaxPending;

    /// <summary>Begins to listen. Before the node becomes a member of its cluster.</summary>
    public void Start(IEnumerable<INodeAnswerer> answerers)
    {
        foreach (var answerer in answerers)
            _answerers.Add(answerer.Kind, answerer);
        _answers = _wire.Subscribe(_answerSubject, OnAnswer);
        _questions = _wire.Subscribe(_askSubject, OnQuestion);
        _timer = _time.CreateTimer(_ => Expire(), null, TickInterval, TickInterval);
    }

    /// <summary>The nodes have changed.</summary>
    public void OnMembers(IReadOnlyList<MemberView> members) => Volatile.Write(ref _others, OtherNodes.Of(members, _self));

    /// <summary>Asks all other nodes.</summary>
    /// <param name="kind">What.</param>
    /// <param name="body">One MessagePack value.</param>
    /// <param name="sink">Told all answers and the end, perhaps before this returns.</param>
    /// <returns>False: nothing was asked, and the sink hears nothing.</returns>
    public bool Ask(QuestionKind kind, ReadOnlySpan<byte> body, IAnswerSink sink)
    {
        if (!IsReachable)
        {
            _metrics.Refused();
            return false;
        }

        var others = Volatile.Read(ref _others);
        if (others.Nodes.Length == 0)
        {
            sink.OnDone(others.IsKnown);
            return true;
        }

        var question = new PendingQuestion(Interlocked.Increment(ref _lastId), others.Nodes, others.IsKnown, _time.GetTimestamp() + _timeout, sink);
        var message = new ArrayBufferWriter<byte>(body.Length + 128);
        var writer = new MessagePackWriter(message);
        writer.WriteArrayHeader(5);
        writer.WriteInt(Version);
        writer.WriteString(_answerSubject);
        writer.WriteInt(question.Id);
        writer.WriteInt((int)kind);
        writer.WriteRaw(body);
        writer.Flush();
        _metrics.Asked();
        _pending[question.Id] = question;
        if (!_wire.TrySend(_askSubject, message.WrittenSpan))
        {
            _pending.TryRemove(question.Id, out _);
            _metrics.Done();
            _metrics.Refused();
            return false;
        }

        _byAge.Enqueue(question);
        return true;
    }

    /// <summary>The same, to be awaited.</summary>
    public Task<NodeAnswers> AskAsync(QuestionKind kind, ReadOnlySpan<byte> body)
    {
        var answers = new AwaitedAnswers();
        return Ask(kind, body, answers) ? answers.Task : Task.FromResult(NodeAnswers.Unreachable);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _questions?.Dispose();
        _answers?.Dispose();
        foreach (var question in _pending.Values)
            question.GiveUp();
    }

    // An answer that the wire does not take is missed by who asked, which waits for no more than its time-out.
    internal void Reply(string replyTo, long id, ReadOnlySpan<byte> answer)
    {
        var message = new ArrayBufferWriter<byte>(answer.Length + 64);
        var writer = new MessagePackWriter(message);
        writer.WriteArrayHeader(5);
        writer.WriteInt(Version);
        writer.WriteString(_self.Name);
        writer.WriteInt(_self.Incarnation);
        writer.WriteInt(id);
        writer.WriteRaw(answer);
        writer.Flush();
        _wire.TrySend(replyTo, message.WrittenSpan);
    }

    private void OnQuestion(ReadOnlySpan<byte> message)
    {
        var reader = new MessagePackReader(message);
        if (!reader.TryReadArrayHeader(out var count) || count < 5 || !reader.TryReadInt32(out var version) || version != Version || !reader.TryReadString(out var replyTo)
            || !reader.TryReadInt64(out var id) || !reader.TryReadInt32(out var kind) || !reader.TrySkip(out var body))
        {
            _metrics.Malformed();
            return;
        }

        var subject = Encoding.UTF8.GetString(replyTo);
        if (subject != _answerSubject && _answerers.TryGetValue((QuestionKind)kind, out var answerer))
            answerer.Take(body, new Question(this, subject, id));
    }

    private void OnAnswer(ReadOnlySpan<byte> message)
    {
        var reader = new MessagePackReader(message);
        if (!reader.TryReadArrayHeader(out var count) || count < 5 || !reader.TryReadInt32(out var version) || version != Version || !reader.TryReadString(out var name)
            || !reader.TryReadInt64(out var incarnation) || !reader.TryReadInt64(out var id) || !reader.TrySkip(out var answer))
        {
            _metrics.Malformed();
            return;
        }

        if (_pending.TryGetValue(id, out var question) && question.Take(new NodeId(Encoding.UTF8.GetString(name), incarnation), answer))
            Forget(question);
    }

    private void Expire()
    {
        // A timer does not wait for its callback: of two at once, each would take a question out, and one of those may not be due.
        if (Interlocked.Exchange(ref _isExpiring, 1) != 0)
            return;
        try
        {
            ExpireDue();
        }
        finally
        {
            Volatile.Write(ref _isExpiring, 0);
        }
    }

    private void ExpireDue()
    {
        var now = _time.GetTimestamp();
        while (_byAge.TryPeek(out var oldest) && (oldest.IsDone || oldest.DueAt <= now) && _byAge.TryDequeue(out var question))
        {
            if (!question.GiveUp())
                continue;
            _metrics.Incomplete();
            Forget(question);
        }
    }

    private void Forget(PendingQuestion question)
    {
        if (_pending.TryRemove(question.Id, out _))
            _metrics.Done();
    }
}
