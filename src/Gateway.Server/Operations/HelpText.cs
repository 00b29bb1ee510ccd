namespace Gateway.Server.Operations;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    public const string Text = """
        Gateway: a WebSocket gateway with rooms, history, presence and video jobs.

        Two commands, from the repository's folder:
          ./run                     build and start the gateway; Ctrl-C drains and stops it
          ./test                    run all tests

        The executable:
          Gateway.Server [options]

          --port N                  port for WebSocket and HTTP           8080        PORT, Gateway__Port
          --address A               localhost, * or an IP address         localhost   Gateway__Address
          --data DIR                accounts, keys, uploads, results      data        Gateway__DataDirectory
          --tls                     TLS with a certificate made here      off         Gateway__Tls__SelfSigned
          --echo                    answer on /echo, for load tools       off         Gateway__Echo
          --ready-file FILE         gets a line of JSON when ready                    Gateway__ReadyFile
          --Gateway:Name:Of=value   any other setting                                 Gateway__Name__Of
          --config FILE             further settings, as JSON

          --print-config            the settings in effect, secrets masked, as JSON
          --print-options markdown  all settings with defaults and meaning
          --health [live|ready|URL] asks a running node how it is; the exit code is 0 or 1
          --version, --help

        Later wins: appsettings.json, --config, environment, command line.

        """;
}
