using System.Text.Json.Nodes;

namespace Gateway.Server.Jobs;

/// <summary>A row of the processing history: a step of the state machine, or a stage of an attempt.</summary>
/// <param name="Sequence">Order of the entries; given by the store.</param>
/// <param name="Operation">One of <see cref="JobOperations"/> for steps, else a stage's name.</param>
/// <param name="Status">The job's status after a step; the stage's own outcome for a stage.</param>
/// <param name="Attempt">The attempt in whose course it happened.</param>
/// <param name="Metadata">Facts of the entry; those of the steps are what <see cref="JobHistory"/> reads.</param>
internal sealed record JobEntry(
    long Sequence, string JobId, string Operation, string Status, int Attempt, string? WorkerId, TimeSpan? Duration, JsonObject Metadata, DateTimeOffset At);
