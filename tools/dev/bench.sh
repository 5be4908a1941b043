# shellcheck shell=bash
# ./dev bench [NAME]: all benchmarks, or those whose name matches. `bench esp` is the data road
# beside the same cipher calls without a road around them.
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh

dev_bench() {
  [[ $# -le 1 ]] || usage_error "bench takes one name"
  local filter=${1:-.} out=build/bench.json
  [[ $filter != esp ]] || filter='^(road|raw)/'
  need_packages build bench
  build release esplanade_bench
  # Repetitions of all benchmarks in mixed order, and of each the best: a neighbour on the machine
  # then harms neither side of a comparison.
  build/release/bench/esplanade_bench --benchmark_filter="$filter" \
    --benchmark_repetitions=15 --benchmark_min_time=0.03 \
    --benchmark_enable_random_interleaving=true \
    --benchmark_out="$out" --benchmark_out_format=json >build/log/bench.log 2>&1 ||
    { tail -n 20 build/log/bench.log >&2; die "the benchmark failed"; }
  /usr/bin/python3 tools/bench/report.py "$out"
}
