using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using Gateway.Client;
using Gateway.Client.Http;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Scenarios;

/// <summary>
/// What a user does, with the SDK: uploads a video over HTTP, follows its job in its room, until it is complete. Progress must be reported,
/// never go back, and end at 100.
/// </summary>
internal static class TranscodeProgressScenario
{
    public const string Name = "transcode-progress";
    private const string FirstProgress = "upload to first progress";
    private const string MessageAge = "age of progress";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static LoadOptions Defaults { get; } = new()
    {
        Scenario = Name,
        Connections = 2,
        WarmUp = TimeSpan.Zero,
        Duration = TimeSpan.FromSeconds(20),
        Drain = TimeSpan.FromSeconds(60),
        Rate = 0,
    };

    public static Scenario Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null)
    {
        TranscodeUser? user = null;
        return Scenario.Create(Name, async context =>
            {
                using var patience = new CancellationTokenSource(Patience);
                UploadTicket? ticket = null;
                RoomSubscription? room = null;
                var response = await Step.Run("announce", context, async () =>
                {
                    ticket = await user!.Http.Jobs.AnnounceAsync("clip.mp4", user.Clip.Length, "mp4-480p", patience.Token);
                    return Response.Ok();
                });
                if (response.IsOk)
                {
                    response = await Step.Run("follow", context, async () =>
                    {
                        room = await user!.Client.JoinAsync("job:" + ticket!.Id, new JoinOptions { Tail = 100 }, patience.Token);
                        return Response.Ok();
                    });
                }

                if (response.IsOk)
                {
                    response = await Step.Run("upload", context, async () =>
                    {
                        using var clip = new MemoryStream(user!.Clip, writable: false);
                        await user.Http.Jobs.UploadAsync(ticket!, clip, cancellationToken: patience.Token);
                        return Response.Ok();
                    });
                }

                if (response.IsOk)
                    response = await Step.Run("transcode", context, () => FollowAsync(context, room!, patience.Token));
                return response.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : response;
            })
            .WithInit(async context => user = await TranscodeUser.SignInAsync(context.Target))
            .WithClean(async _ =>
            {
                if (user is not null)
                    await user.DisposeAsync();
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(Simulation.KeepConstant(options.Connections, options.Duration))
            .WithThresholds(
                UsualThresholds.MostIterationsOk,
                Threshold.Create("jobs are completed", static stats => stats.Iterations.Ok > 0),
                Threshold.Create("99 % of progress arrives within 500 ms of being made", static stats => stats.Measure(MessageAge).Percentile(99) <= 500e6));
    }

    private static async Task<Response> FollowAsync(ScenarioContext context, RoomSubscription room, CancellationToken cancellationToken)
    {
        var start = context.Init.Now;
        var progress = -1.0;
        var lost = 0L;
        room.Gap += (_, gap) => lost += gap.LostCount ?? 1;
        await foreach (var message in room.ReadAllAsync(cancellationToken))
        {
            if (message.Event is not ("job:progress" or "job:complete" or "job:error"))
                continue;
            var age = TimeProvider.System.GetUtcNow() - message.Time;
            context.Init.Measure(MessageAge).Record(age.Ticks * 100);
            if (message.Event == "job:error")
                return Response.Fail("job-failed", "the gateway reported a job:error");
            if (message.Event == "job:complete")
                return progress < 0 ? Response.Fail("no-progress", "the job was completed and no progress came") : lost > 0 ? Response.Fail("gap", "messages of the job's room were lost") : Response.Ok();
            if (Payload.Read(message.Payload) is not IDictionary map || map["progress"] is not { } value)
                return Response.Fail("unreadable", "a progress message without progress");
            if (progress < 0)
                context.Init.Measure(FirstProgress).Record(context.Init.Now - start);
            var now = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            if (now < progress)
                return Response.Fail("went-back", string.Create(CultureInfo.InvariantCulture, $"progress went from {progress} back to {now}"));
            progress = now;
            context.Init.Count("progress messages");
        }

        return Response.Fail("ended", "the room's messages ended before the job");
    }
}
