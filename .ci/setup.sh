# shellcheck shell=bash
# Sourced by run and test: what they share. Quick and silent when nothing is missing.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$(basename "$0"): $*"
  exit 2
}

# The SDK is the one thing that is not installed here: a machine may have it in many ways.
require_dotnet() {
  command -v dotnet >/dev/null ||
    die "the .NET 10 SDK is missing. Install it (package dotnet-sdk-10.0, or https://dot.net/download) and run this again."
  local found
  found=$(dotnet --version 2>/dev/null) ||
    die "the .NET 10 SDK is missing; installed are: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' -). Install it (package dotnet-sdk-10.0, or https://dot.net/download)."
  [[ $found == 10.* ]] || die "this needs the .NET 10 SDK, but global.json leads to $found."
}

# require_programs PROGRAM=PACKAGE ... installs the packages whose programs are missing.
require_programs() {
  local pair program missing=()
  for pair in "$@"; do
    program=${pair%%=*}
    command -v "$program" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) || return 0

  command -v apt-get >/dev/null ||
    die "missing: ${missing[*]}. Install what provides them (these are Debian's names) and run this again."
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]} ..."
  # RUNLEVEL=1 keeps init scripts from starting the servers among them: the tests start their own.
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "could not install ${missing[*]}; the lines above say why."
  fi
  rm -f "$log"
}

# build PATH: quiet when it succeeds, everything it said when it fails.
build() {
  local log started=$SECONDS
  log=$(mktemp)
  printf 'Building %s ... ' "$1" >&2
  if dotnet build "$1" -c Release -v q --nologo >"$log" 2>&1; then
    say "$((SECONDS - started)) s"
    rm -f "$log"
    return 0
  fi
  say "failed"
  grep -E 'error|warning MSB' "$log" | sort -u >&2 || cat "$log" >&2
  rm -f "$log"
  return 1
}
