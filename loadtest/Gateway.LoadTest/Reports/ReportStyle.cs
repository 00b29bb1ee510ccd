namespace Gateway.LoadTest.Reports;

/// <summary>How the report looks, light and dark.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --bg: #f6f7f9; --panel: #fff; --ink: #1c2430; --dim: #667085; --rule: #e3e7ed; --good: #147d4a; --bad: #c0352b; --goodbg: #e3f5ea; --badbg: #fdeae8;
          --c1: #2f6fde; --c2: #17936a; --c3: #d9822b; --c4: #c94265; --c5: #7a5cd0; --c6: #4b98a8; --band: #8894a81c; }
        @media (prefers-color-scheme: dark) { :root { --bg: #11151b; --panel: #191f28; --ink: #e6eaf0; --dim: #93a0b2; --rule: #2b3442; --good: #5fd39a; --bad: #ff8a7e;
          --goodbg: #16352a; --badbg: #45201f; --c1: #6ea0ff; --c2: #4ccb9c; --c3: #f2a65a; --c4: #f2789a; --c5: #a78bfa; --c6: #77c4d3; --band: #93a0b21c; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; }
        main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px; }
        header { display: flex; flex-wrap: wrap; gap: 12px; justify-content: space-between; align-items: flex-start; margin-bottom: 20px; }
        h1 { margin: 0; font-size: 28px; letter-spacing: -.01em; } h2 { font-size: 18px; margin: 34px 0 10px; }
        header p { margin: 4px 0 0; color: var(--dim); } p { color: var(--dim); margin: 0 0 10px; }
        .badge { padding: 6px 14px; border-radius: 99px; font-size: 14px; } .badge.good { background: var(--goodbg); color: var(--good); } .badge.bad { background: var(--badbg); color: var(--bad); }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(178px, 1fr)); gap: 12px; margin-bottom: 20px; }
        .card, figure, .table, .thresholds, .notes { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; }
        .card { padding: 12px 16px; } .card:first-child { border-color: var(--c1); } .card b { display: block; font-size: 22px; letter-spacing: -.01em; } .card span { color: var(--dim); font-size: 13px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 14px; }
        figure { margin: 0; padding: 14px 16px 12px; } figcaption { font-weight: 600; margin-bottom: 6px; } svg { width: 100%; height: auto; display: block; }
        .grid { stroke: var(--rule); } .mark { stroke: var(--dim); stroke-dasharray: 3 4; opacity: .6; } .tick, .bandname { fill: var(--dim); font-size: 12px; } .band { fill: var(--band); }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); } .line.c4 { stroke: var(--c4); } .line.c5 { stroke: var(--c5); } .line.c6 { stroke: var(--c6); }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 6px 0 0; padding: 0; color: var(--dim); font-size: 13px; }
        .legend i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: 7px; vertical-align: middle; }
        i.c1 { background: var(--c1); } i.c2 { background: var(--c2); } i.c3 { background: var(--c3); } i.c4 { background: var(--c4); } i.c5 { background: var(--c5); } i.c6 { background: var(--c6); }
        .thresholds, .notes { list-style: none; margin: 0 0 12px; padding: 6px 0; } .thresholds li, .notes li { padding: 5px 16px; }
        .thresholds b { display: inline-block; min-width: 58px; } .thresholds .good b { color: var(--good); } .thresholds .bad, .thresholds .bad b { color: var(--bad); }
        .table { overflow-x: auto; margin-bottom: 12px; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { padding: 7px 14px; text-align: right; white-space: nowrap; } th { color: var(--dim); font-weight: 500; border-bottom: 1px solid var(--rule); } th:first-child, td:first-child { text-align: left; }
        td:last-child:not(:nth-child(n + 5)) { white-space: normal; } tbody tr + tr td { border-top: 1px solid var(--rule); }
        """;
}
