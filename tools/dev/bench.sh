# shellcheck shell=bash
# ./dev bench [NAME]: the data plane's benchmarks, or those whose name matches. `bench esp` is the
# data road beside the same cipher calls without a road around them; `bench all`, or nothing, is all of
# it, judged, and kept in bench/results/. `bench system [TUNNEL...]` is whole tunnels between namespaces
# beside a plaintext forwarder and other programs' tunnels. `bench ike [SAS...]` is a program of its own: handshakes of
# two IKE endpoints beside a pair of strongSwan daemons.
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh

dev_bench() {
  if [[ ${1:-} == ike ]]; then
    shift
    bench_ike "$@"
    return
  fi
  if [[ ${1:-} == system ]]; then
    shift
    bench_system "$@"
    return
  fi
  [[ $# -le 1 ]] || usage_error "bench takes one name"
  local filter=${1:-all} out=build/bench.json
  local -a result=()
  local whole=
  case $filter in
    esp) filter='^(road|raw|bare)/' ;;
    all) whole=1 filter=. result=(bench/results/library.json) ;;
  esac
  need_packages build bench
  build release esplanade_bench
  # Repetitions of all benchmarks in mixed order, and of each the best: a neighbour on the machine
  # then harms neither side of a comparison.
  build/release/bench/esplanade_bench --benchmark_filter="$filter" \
    --benchmark_repetitions=15 --benchmark_min_time=0.03 \
    --benchmark_enable_random_interleaving=true \
    --benchmark_out="$out" --benchmark_out_format=json >build/log/bench.log 2>&1 ||
    { tail -n 20 build/log/bench.log >&2; die "the benchmark failed"; }
  /usr/bin/python3 tools/bench/report.py "$out" "${result[@]}"
  if [[ -n $whole ]]; then bench_system; fi
}

bench_system() {
  if [[ $(id -u) -ne 0 ]]; then
    say "no tunnels between namespaces: that needs root"
    return
  fi
  need_packages build bench demo lab
  build release esplanade esplanade_forwarder
  /usr/bin/python3 bench/system/system.py --json bench/results/system.json "$@"
}

# BENCH_PEER_SAS says how many connections strongSwan brings up ("1000 10000", or "" for none).
bench_ike() {
  local figures=build/bench-ike.json peer=build/bench-ike-strongswan.json
  local -a sas=("$@") peer_sas
  [[ $# -gt 0 ]] || sas=(1000 10000 100000)
  read -ra peer_sas <<<"${BENCH_PEER_SAS-1000}"
  need_packages build bench
  build release esplanade_ike_bench
  build/release/bench/ike/esplanade_ike_bench "${sas[@]}" >"$figures" ||
    die "the benchmark failed"
  if [[ ${#peer_sas[@]} -eq 0 ]]; then
    /usr/bin/python3 tools/bench/ike.py "$figures"
  elif [[ $(id -u) -ne 0 ]]; then
    say "without strongSwan beside it: namespaces need root"
    /usr/bin/python3 tools/bench/ike.py "$figures"
  else
    need_packages demo lab
    say "strongSwan: ${peer_sas[*]} connections ..."
    /usr/bin/python3 bench/ike/pair.py --json "$peer" "${peer_sas[@]}" >build/log/bench-pair.log 2>&1 ||
      { tail -n 20 build/log/bench-pair.log >&2; die "the pair of strongSwan failed"; }
    /usr/bin/python3 tools/bench/ike.py "$figures" "$peer"
  fi
}
