# shellcheck shell=bash
# Sourced by run: several nodes as one gateway on this machine, with servers of their own, for a person to play with.

cluster_help() {
  cat <<'TEXT'
./run cluster [N] [--no-nginx]

Starts N nodes (1 to 9, 3 unless said) on free ports of this machine, with a nats-server and a redis-server of their own, and nginx in front of
them where it is installed, configured by nginx.conf. They share their users. What is written goes to a temporary folder that is removed at the end.

It prints where everything is, and a line whenever a node comes or goes or shards change hands. Then, from another terminal:
  kill -9 PID        of a node: see the others take its shards over
  kill -STOP PID     and kill -CONT PID: a node that hangs for a while
  kill -USR1 PID     of ./run itself: starts the nodes again that are gone
Ctrl-C drains the nodes one after the other, then stops the servers; pressed again, it ends everything at once.
TEXT
}

# In sessions of their own, so that Ctrl-C reaches this script alone; killed by the kernel should this script be killed.
own=(setsid setpriv --pdeathsig KILL)

cluster() {
  local argument
  node_count=3
  local with_nginx=1
  for argument in "$@"; do
    case $argument in
      -h | --help | help)
        cluster_help
        return 0
        ;;
      [1-9]) node_count=$argument ;;
      --no-nginx) with_nginx= ;;
      *) die "cluster takes a number from 1 to 9 and --no-nginx, not '$argument'; ./run cluster --help tells more." ;;
    esac
  done
  require_dotnet
  require_programs ffmpeg=ffmpeg ffprobe=ffmpeg nats-server=nats-server redis-server=redis-server setpriv=util-linux
  build_if_changed src/Gateway.Server
  build_if_changed src/Gateway.Demo

  scratch=$(mktemp -d "${TMPDIR:-/tmp}/gateway-cluster.XXXXXX")
  node_pids=() node_urls=() server_pids=() watch_pid='' stopping=''
  trap end_at_once EXIT
  trap interrupt INT TERM HUP
  # bash tells of each process that is killed, with its whole command; what we have to say goes where it went before.
  exec {screen}>&2 2>"$scratch/run.log"
  say() { printf '%s\n' "$*" >&"$screen"; }

  start_server nats "Server is ready" nats-server -a 127.0.0.1 -p PORT
  nats_port=$server_port
  start_server redis "Ready to accept connections" redis-server --bind 127.0.0.1 --port PORT --dir "$scratch" --save '' --appendonly yes --maxmemory-policy noeviction
  redis_port=$server_port
  export Gateway__Nats__Url=nats://127.0.0.1:$nats_port Gateway__Redis__Configuration=127.0.0.1:$redis_port
  # What makes them share their users: one key, one file.
  Gateway__Accounts__SigningKey=$(head -c 32 /dev/urandom | base64)
  export Gateway__Accounts__SigningKey Gateway__Accounts__Database=$scratch/accounts.db Gateway__Accounts__Admins__0=operator
  export Gateway__Connections__TrustedProxies__0=127.0.0.1

  local i
  for ((i = 1; i <= node_count; i++)); do start_node "$i"; done
  for ((i = 1; i <= node_count; i++)); do await_node "$i"; done
  local front=''
  if [[ -n $with_nginx ]] && command -v nginx >/dev/null; then
    write_nginx_configuration
    # One process, because the workers of a master that is killed live on.
    start_server nginx "" nginx -p "$scratch" -e stderr -c "$scratch/nginx.conf" -g "daemon off; master_process off; pid $scratch/nginx.pid;"
    front=http://localhost:$server_port
  fi

  GATEWAY_WATCH_PASSWORD=$(head -c 9 /dev/urandom | base64 | tr '+/' 'xy')
  say ''
  say "nats-server   127.0.0.1:$nats_port"
  say "redis-server  127.0.0.1:$redis_port"
  for ((i = 1; i <= node_count; i++)); do say "node$i         ${node_urls[i]}  process ${node_pids[i]}"; done
  [[ -z $front ]] || say "nginx         $front  (in front of them)"
  say "logs          $scratch/*.log"
  say ''
  say "Sign in anywhere as operator with the password $GATEWAY_WATCH_PASSWORD, or register: all nodes know all users."
  say "kill -9 ${node_pids[1]} kills node1, kill -USR1 $$ starts again what is gone, Ctrl-C drains all and stops."
  say ''

  local urls=()
  for ((i = 1; i <= node_count; i++)); do urls+=(--url "${node_urls[i]}"); done
  GATEWAY_WATCH_PASSWORD=$GATEWAY_WATCH_PASSWORD "${own[@]}" dotnet "$(program src/Gateway.Demo)" watch "${urls[@]}" 2>&"$screen" &
  watch_pid=$!
  trap revive USR1
  # A signal ends the waiting, not the watching.
  while [[ -z $stopping ]] && kill -0 "$watch_pid" 2>/dev/null; do wait "$watch_pid" 2>/dev/null || true; done
  [[ -n $stopping ]] || die "the watch has ended; the lines above say why."
  drain_all
}

# start_server NAME READY-LINE COMMAND ...: on a free port, for which PORT stands in the command (or in nginx.conf); sets server_port.
start_server() {
  local name=$1 ready=$2 attempt pid log
  shift 2
  log=$scratch/$name.log
  for ((attempt = 0; attempt < 10; attempt++)); do
    server_port=$((20000 + RANDOM % 12000))
    # What listens there already answers; what takes it in between makes the start fail, and the next port is tried.
    ! (: <"/dev/tcp/127.0.0.1/$server_port") 2>/dev/null || continue
    [[ $name != nginx ]] || sed -i "s/listen [0-9A-Z]*;/listen $server_port;/" "$scratch/nginx.conf"
    "${own[@]}" "${@//PORT/$server_port}" >"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
      if [[ -n $ready ]] && grep -q "$ready" "$log" || { [[ -z $ready ]] && (: <"/dev/tcp/127.0.0.1/$server_port") 2>/dev/null; }; then
        server_pids+=("$pid")
        return 0
      fi
      sleep 0.05
    done
    wait "$pid" 2>/dev/null || true
    grep -qi "address already in use" "$log" || break
  done
  tail -n 20 "$log" >&"$screen"
  die "$name did not start; the lines above say why."
}

# start_node N: on the port it had before, if it had one.
start_node() {
  local name=node$1 port=0
  [[ -z ${node_urls[$1]-} ]] || port=${node_urls[$1]##*:}
  rm -f "$scratch/$name.ready"
  mkfifo "$scratch/$name.ready"
  # The node holds the pipe's writing end for as long as it lives: reading gives its line, or nothing at once when it has died.
  Gateway__Name=$name "${own[@]}" dotnet "$(program src/Gateway.Server)" --address localhost --port "$port" --data "$scratch/$name" --ready-file /dev/fd/3 \
    3>"$scratch/$name.ready" >>"$scratch/$name.log" 2>&1 &
  node_pids[$1]=$!
}

# await_node N: until it listens.
await_node() {
  local ready=''
  read -r ready <"$scratch/node$1.ready" || true
  if [[ -z $ready ]]; then
    [[ -z $stopping ]] || return 0
    tail -n 30 "$scratch/node$1.log" >&"$screen"
    die "node$1 did not start; the lines above say why."
  fi
  node_urls[$1]=$(json_text url <<<"$ready")
}

# nginx.conf with our own nodes, and its folders in ours.
write_nginx_configuration() {
  local i servers=''
  for ((i = 1; i <= node_count; i++)); do
    servers+="        server 127.0.0.1:${node_urls[i]##*:} max_fails=2 fail_timeout=5s;\n"
  done
  sed -e "s|/tmp/|$scratch/|" -e '/server gateway[2-9]:/d' -e "s|^ *server gateway1:.*|$servers|" nginx.conf >"$scratch/nginx.conf"
}

revive() {
  local i
  for ((i = 1; i <= node_count; i++)); do
    kill -0 "${node_pids[i]}" 2>/dev/null && continue
    wait "${node_pids[i]}" 2>/dev/null || true
    start_node "$i"
    await_node "$i"
    say "node$i is started again as process ${node_pids[i]}"
  done
}

interrupt() {
  # The second time, or before there is anything to drain: the trap of EXIT does the rest.
  [[ -z $stopping && -n $watch_pid ]] || exit 130
  stopping=1
}

drain_all() {
  local i pid
  for ((i = 1; i <= node_count; i++)); do
    pid=${node_pids[i]}
    kill -TERM "$pid" 2>/dev/null || continue
    say "draining node$i"
    # One that is stopped hears nothing.
    kill -CONT "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || say "node$i did not stop well ($?); see $(keep_log "$i")"
  done
  for pid in "$watch_pid" "${server_pids[@]}"; do
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  say "All nodes are drained, the servers are stopped."
}

# Out of the folder that is removed.
keep_log() {
  local kept
  kept=$(mktemp "${TMPDIR:-/tmp}/gateway-node$1.XXXXXX.log")
  cp "$scratch/node$1.log" "$kept"
  printf '%s' "$kept"
}

# Whatever is left, however it came to this.
end_at_once() {
  local code=$? pid
  trap '' INT TERM HUP USR1
  for pid in $watch_pid "${node_pids[@]}" "${server_pids[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  # Where this script itself has gone wrong.
  [[ $code == 0 || $code == 2 || $code == 130 ]] || grep -v ' Killed ' "$scratch/run.log" >&"$screen" || true
  rm -rf "$scratch"
}
