using System.Globalization;

namespace Gateway.Faults.Tests.Running;

/// <summary>What <c>./test faults</c> was asked for.</summary>
/// <param name="Minutes">No schedule begins after this time.</param>
/// <param name="Seed">Of the first schedule; the next ones have the next numbers.</param>
/// <param name="Nodes">How many nodes.</param>
/// <param name="More">Faults of a schedule beyond one of each kind.</param>
internal sealed record FaultOptions(double Minutes, int Seed, int Nodes, int More)
{
    public const string Help = """
        ./test faults --minutes N [--seed S] [--nodes N] [--more N]

        Real nodes, nats-server and redis-server, and faults at random: nodes killed, paused, drained, servers restarted, lines cut, held and slow. Publishers and
        members of durable and ephemeral rooms go on meanwhile, and an oracle checks what they see.

        --minutes N   begin new schedules for so long (10)
        --seed S      of the first schedule; the next have the next numbers (random)
        --nodes N     how many nodes (3)
        --more N      faults of a schedule beyond one of each kind (9)

        To replay a schedule: --seed with its number and --minutes 0. Exit code 0: it held. 1: it did not, and the last lines say where the logs are. 2: the options are wrong.
        """;

    /// <returns>Null, and a sentence, when something is wrong with them.</returns>
    public static FaultOptions? Parse(IReadOnlyList<string> args, out string error)
    {
        var options = new FaultOptions(10, Random.Shared.Next(), 3, 9);
        error = "";
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count || !double.TryParse(args[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value < 0)
            {
                error = $"{args[i]} needs a number.";
                return null;
            }

            switch (args[i])
            {
                case "--minutes":
                    options = options with { Minutes = value };
                    break;
                case "--seed":
                    options = options with { Seed = (int)value };
                    break;
                case "--nodes" when value >= 1:
                    options = options with { Nodes = (int)value };
                    break;
                case "--more":
                    options = options with { More = (int)value };
                    break;
                default:
                    error = $"There is no option {args[i]} {args[i + 1]}.";
                    return null;
            }
        }

        return options;
    }
}
