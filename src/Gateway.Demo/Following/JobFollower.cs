using Gateway.Client;

namespace Gateway.Demo.Following;

/// <summary>Follows one job through its room. It asks for nothing over HTTP: what it knows came over the WebSocket.</summary>
internal sealed class JobFollower
{
    private readonly RoomSubscription _room;

    private JobFollower(GatewayClient client, RoomSubscription room, TimeProvider time)
    {
        _room = room;
        Log = new FollowLog(time);
        room.Gap += (_, gap) => Log.Lose(gap.LostCount);
        client.StatusChanged += (_, change) => ReconnectCount += change.Status == ConnectionStatus.Connected ? 1 : 0;
    }

    public FollowLog Log { get; }

    public int ReconnectCount { get; private set; }

    public static async Task<JobFollower> JoinAsync(GatewayClient client, string jobId, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            // With the whole history kept so far: nothing is missed, however the job and the join overtake each other.
            var room = await client.JoinAsync("job:" + jobId, new JoinOptions { Tail = 100 }, cancellationToken).ConfigureAwait(false);
            return new JobFollower(client, room, time);
        }
        catch (GatewayException exception)
        {
            throw new DemoException(ExitCode.NotFollowed, $"The job's room cannot be joined: {exception.Message}", exception);
        }
    }

    /// <summary>Shows every event until the job has ended well.</summary>
    /// <exception cref="DemoException">The job failed, was lost sight of, or ended without ever reporting progress.</exception>
    public async Task FollowAsync(Action<JobReading> show, CancellationToken cancellationToken)
    {
        await foreach (var message in _room.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (JobReadings.Read(message.Event, message.Payload) is not { } reading)
                continue;
            Log.Add(reading, message.Time);
            show(reading);
            if (reading.Event == JobReading.Error)
                throw new DemoException(ExitCode.JobFailed, $"The job failed: {reading.ErrorMessage ?? reading.Status} ({reading.ErrorCode ?? "no code"}).");
            if (reading.Event != JobReading.Complete)
                continue;
            if (Log.ProgressCount == 0)
                throw new DemoException(ExitCode.NotFollowed, "The job was completed, but no progress came over the WebSocket.");
            return;
        }

        throw new DemoException(ExitCode.NotFollowed, "The gateway stopped reporting on the job.");
    }
}
