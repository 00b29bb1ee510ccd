namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>
/// The frame layer of RFC 6455 and RFC 7692 as a table. The same rows are replayed against the parser and over a real socket; they
/// know no test framework and none of the code under test.
/// </summary>
internal static class ConformanceCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. FramingCases.All(),
        .. MaskingCases.All(),
        .. FragmentationCases.All(),
        .. ControlCases.All(),
        .. CloseCases.All(),
        .. TextCases.All(),
        .. LimitCases.All(),
        .. DeflateCases.All(),
    ];

    public static ConformanceCase Named(string name) => All.Single(row => row.ToString() == name);
}
