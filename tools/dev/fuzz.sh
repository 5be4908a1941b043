# shellcheck shell=bash
# ./dev fuzz [TARGET] [SECONDS]: seeds come from tests/fuzz/corpus/TARGET and stay as they are, what
# the fuzzer finds worth keeping goes to build/fuzz-corpus/TARGET.
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh

dev_fuzz() {
  local targets seconds=60 target
  targets=$(fuzz_targets)
  if [[ $# -gt 0 && ! $1 =~ ^[0-9]+$ ]]; then
    target=${1%_fuzz}
    grep -qx "$target" <<<"$targets" ||
      usage_error "no fuzz target '$target'; there are: ${targets//$'\n'/ }"
    targets=$target
    shift
  fi
  if [[ $# -gt 0 ]]; then
    [[ $# -eq 1 && $1 =~ ^[0-9]+$ ]] || usage_error "fuzz takes a target and a number of seconds"
    seconds=$1
  fi
  need_packages build fuzz
  run_fuzzers "$seconds" "$targets"
  [[ $fuzz_failed -eq 0 ]] || exit 1
}

# What ./dev test runs; to find something new takes longer.
short_fuzz() { run_fuzzers 5 "$(fuzz_targets)"; }

fuzz_targets() {
  find tests/fuzz -name '*_fuzz.cc' -printf '%f\n' | sed 's/_fuzz\.cc$//' | sort
}

#   run_fuzzers SECONDS TARGETS     leaves the number of crashed targets in fuzz_failed
run_fuzzers() {
  local seconds=$1 targets start=$SECONDS crashes
  mapfile -t targets < <(printf '%s' "$2")
  fuzz_failed=0
  [[ ${#targets[@]} -gt 0 ]] || { say "no fuzz targets"; return; }
  build fuzz "${targets[@]/%/_fuzz}"
  say "fuzzing ${#targets[@]} targets, $seconds s each ..."
  export -f fuzz_one
  # shellcheck disable=SC2016  # $0 and $1 are the inner shell's
  crashes=$(printf '%s\n' "${targets[@]}" |
    xargs -P "$(nproc)" -I{} bash -c 'fuzz_one "$1" "$0"' "$seconds" {})
  fuzz_failed=$(grep -c . <<<"$crashes" || true)
  [[ -z $crashes ]] || say "$crashes" >&2
  say "fuzzed ${#targets[@]} targets, $fuzz_failed crashed, $(elapsed "$start")"
}

fuzz_one() {
  local name=$1 seconds=$2 work=build/fuzz-corpus/$1 crash=build/fuzz-crash/$1-
  local log=build/log/fuzz-$1.log binary=build/fuzz/tests/fuzz/${1}_fuzz
  local corpus=("$work")
  [[ ! -d tests/fuzz/corpus/$name ]] || corpus+=("tests/fuzz/corpus/$name")
  mkdir -p "$work" build/fuzz-crash
  if ! "$binary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$crash" "${corpus[@]}" >"$log" 2>&1; then
    printf 'CRASH %s: input %s, log %s\n' "$name" \
      "$(sed -n 's/.*Test unit written to //p' "$log" | head -n 1)" "$log"
  fi
}
