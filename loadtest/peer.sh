#!/bin/sh
# Becomes a gateway on 127.0.0.1 for the neutral bench runner:  loadtest/peer.sh PORT
# Tokens are signed with the public test key, as in peers.json; no limit is below what one machine opens and sends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
port=$1
data=${PEER_DATA:-${TMPDIR:-/tmp}/gateway-peer-$port}
rm -rf "$data"
mkdir -p "$data"
ulimit -n "$(ulimit -Hn)"

export Gateway__Accounts__SigningKey=bG9hZCB0ZXN0IGtleSwgbmV2ZXIgaW4gcHJvZHVjdGlvbiE=
export Gateway__Echo=true
export Gateway__Limits__MaxConnectionsPerUser=100000
export Gateway__Limits__MaxConnectionsPerAddress=100000
export Gateway__Limits__HandshakesPerSecondPerAddress=0
export Gateway__Limits__JoinsPerSecondPerAddress=0
export Gateway__Limits__JoinsPerSecondPerUser=0
export Gateway__Limits__MessagesPerSecond=0
export Gateway__Limits__MessagesPerSecondPerUser=0
export Gateway__Limits__MessagesPerSecondPerAddress=0
export Gateway__Limits__BytesPerSecond=0
export Gateway__Limits__BytesPerSecondPerUser=0
export Gateway__Limits__BytesPerSecondPerAddress=0
export Gateway__Limits__CpuHighWaterPercent=0
exec dotnet "${GATEWAY_DLL:-$here/../src/Gateway.Server/bin/Release/net10.0/Gateway.Server.dll}" --port "$port" --address 127.0.0.1 --data "$data"
