namespace Gateway.LoadTest.Running;

/// <summary>What a worker process is to do: the first line it reads.</summary>
/// <param name="Options">The options of the run.</param>
/// <param name="RunId">Part of every room's and user's name, so that runs do not meet.</param>
/// <param name="Index">Which worker, from 0.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Target">The gateway to load, <c>http://</c> or <c>https://</c>.</param>
/// <param name="TargetIndex">Which of the gateways that is, as far as rooms are concerned: those of a cluster count as one.</param>
internal sealed record WorkerPlan(LoadOptions Options, string RunId, int Index, int Count, Uri Target, int TargetIndex);
