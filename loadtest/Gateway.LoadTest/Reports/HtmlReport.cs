using System.Globalization;
using System.Net;
using System.Text;
using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Reports;

/// <summary>The report for people: one file that needs nothing else.</summary>
internal static class HtmlReport
{
    public static string Write(RunStats run)
    {
        var page = new StringBuilder();
        var title = $"Load test: {run.Options.Scenario}";
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Encode(title)}</title><style>{ReportStyle.Css}</style></head><body><main>");
        page.Append(CultureInfo.InvariantCulture, $"<header><div><h1>{Encode(run.Options.Scenario)}</h1><p>{run.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, run {run.RunId}: {Text.Count(run.Measured.TotalSeconds)} s measured after {Text.Count(run.WarmUp.TotalSeconds)} s of warm-up, {run.WorkerCount} load {(run.WorkerCount == 1 ? "process" : "processes")}, {run.Targets.Count} {(run.Targets.Count == 1 ? "gateway" : "gateways")}, {(run.Options.IsJson ? "gateway.v1.json" : "gateway.v1.msgpack")}</p></div>");
        page.Append(run.IsPassed ? "<strong class=\"badge good\">all thresholds hold</strong></header>" : "<strong class=\"badge bad\">a threshold is broken</strong></header>");
        Cards(page, run);
        page.Append("<section class=\"charts\">");
        foreach (var chart in ReportCharts.Of(run))
            page.Append(chart.Draw());
        page.Append("</section>");
        Thresholds(page, run);
        foreach (var scenario in run.Scenarios)
            Section(page, scenario);
        Method(page, run);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static void Cards(StringBuilder page, RunStats run)
    {
        page.Append("<section class=\"cards\">");
        foreach (var figure in run.Figures)
            Card(figure.Name, Text.Of(figure));
        var deliveries = new Histogram();
        foreach (var scenario in run.Scenarios)
        {
            // Groups that something is done to have other names, and latencies that say nothing about the rest.
            deliveries.Add(scenario.Delivery().Latency);
        }

        if (deliveries.Count > 0)
        {
            Card("delivery latency, p50", Text.Duration(deliveries.Percentile(50)));
            Card("delivery latency, p99", Text.Duration(deliveries.Percentile(99)));
        }

        Card("messages lost", Text.Count(run.Scenarios.Sum(static each => each.Lost)));
        foreach (var figure in run.Scenarios.SelectMany(static each => each.Figures))
            Card(figure.Name, Text.Of(figure));
        page.Append("</section>");

        void Card(string name, string value) => page.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><b>{Encode(value)}</b><span>{Encode(name)}</span></div>");
    }

    private static void Thresholds(StringBuilder page, RunStats run)
    {
        page.Append("<section><h2>Thresholds</h2><ul class=\"thresholds\">");
        foreach (var each in run.Thresholds)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<li class=\"{(each.Holds ? "good" : "bad")}\"><b>{(each.Holds ? "holds" : "broken")}</b> {(run.Scenarios.Count > 1 ? Encode(each.Scenario) + ": " : "")}{Encode(each.Sentence)}</li>");
        }

        page.Append("</ul></section>");
    }

    private static void Section(StringBuilder page, ScenarioStats stats)
    {
        page.Append(CultureInfo.InvariantCulture, $"<section><h2>{Encode(stats.Name)}</h2>");
        if (stats.Wanted > 0)
            page.Append(CultureInfo.InvariantCulture, $"<p>{stats.Ready:N0} of {stats.Wanted:N0} connections opened, {stats.Standing:N0} stood at the end.</p>");
        Table(
            page,
            ["what", "ok", "fail", "p50", "p90", "p99", "p99.9", "max"],
            stats.Steps.Where(static each => each.Value.Ok + each.Value.Fail > 0).Select(static each => (string[])[each.Key, Text.Count(each.Value.Ok), Text.Count(each.Value.Fail), .. Latencies(each.Value.Latency)]));
        Table(
            page,
            ["received by", "in the window", "in all", "expected", "lost", "twice", "out of order", "p50", "p90", "p99", "p99.9", "max"],
            stats.Deliveries.Select(static each => (string[])
            [
                each.Key, Text.Count(each.Value.InWindow), Text.Count(each.Value.Total), Text.Count(each.Value.Expected), Text.Count(each.Value.Lost), Text.Count(each.Value.Duplicates),
                Text.Count(each.Value.Reordered), .. Latencies(each.Value.Latency),
            ]));
        Table(
            page,
            ["measure", "count", "p50", "p90", "p99", "p99.9", "max"],
            stats.Measures.Select(static each => (string[])[each.Key, Text.Count(each.Value.Count), .. Latencies(each.Value)]));
        Table(page, ["counter", "count"], stats.Counters.Select(static each => (string[])[each.Key, Text.Count(each.Value)]));
        Table(
            page,
            ["failure", "count", "for example"],
            stats.Steps.SelectMany(static step => step.Value.Codes.Select(code => (string[])[$"{step.Key}: {code.Key}", Text.Count(code.Value), step.Value.Messages.GetValueOrDefault(code.Key) ?? ""]))
                .Concat(stats.Failures.Select(static each => (string[])["connection", Text.Count(each.Value), each.Key])));
        page.Append("</section>");
    }

    private static void Method(StringBuilder page, RunStats run)
    {
        page.Append("<section><h2>How it was measured</h2><ul class=\"notes\">");
        page.Append("<li>Latencies count from when the schedule wanted a message sent, not from when it was: a stalled server or load process shows in them (no coordinated omission).</li>");
        page.Append("<li>A message belongs to the window in which it was due, and its receipt counts even when it comes later; rates count what arrived within the window by the clock.</li>");
        page.Append("<li>Histograms keep three significant digits and are merged over all load processes.</li>");
        page.Append("<li>Server CPU is user and system time of the gateways' processes alone, without ffmpeg; when clients use about a core for each load process, they are what was measured.</li></ul>");
        Table(
            page,
            ["option", "value"],
            typeof(LoadOptions).GetProperties().Where(static each => each.Name != nameof(LoadOptions.SigningKey)).Select(each => (string[])
            [
                each.Name, each.GetValue(run.Options) is IEnumerable<string> many ? string.Join(", ", many) : Convert.ToString(each.GetValue(run.Options), CultureInfo.InvariantCulture) ?? "",
            ]));
        page.Append("</section>");
    }

    private static string[] Latencies(Histogram latency) => latency.Count == 0
        ? ["", "", "", "", ""]
        :
        [
            Text.Duration(latency.Percentile(50)), Text.Duration(latency.Percentile(90)), Text.Duration(latency.Percentile(99)), Text.Duration(latency.Percentile(99.9)),
            Text.Duration(latency.Max),
        ];

    private static void Table(StringBuilder page, string[] head, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        page.Append("<div class=\"table\"><table><thead><tr>").AppendJoin("", head.Select(static each => $"<th>{Encode(each)}</th>")).Append("</tr></thead><tbody>");
        foreach (var row in all)
            page.Append("<tr>").AppendJoin("", row.Select(static each => $"<td>{Encode(each)}</td>")).Append("</tr>");
        page.Append("</tbody></table></div>");
    }
}
