# shellcheck shell=bash
# ./dev test [--sanitize address|thread] [FILTER]
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh
# shellcheck source=tools/dev/lint.sh
source tools/dev/lint.sh
# shellcheck source=tools/dev/fuzz.sh
source tools/dev/fuzz.sh

dev_test() {
  local preset=release filter='' start=$SECONDS
  parse_test_arguments "$@"
  need_root test "interop scenarios make network namespaces"
  if [[ -n $filter || $preset != release ]]; then
    need_packages build test demo lab
    build "$preset"
    run_tests "$preset" "$filter"
  else
    need_packages build test demo lab lint fuzz
    lint
    build release
    run_tests release ''
    short_fuzz
  fi
  report_tests "$start"
}

# Sets preset and filter of dev_test.
parse_test_arguments() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --sanitize) sanitizer_preset "${2:-}"; shift ;;
      --sanitize=*) sanitizer_preset "${1#*=}" ;;
      -*) usage_error "test does not know '$1'" ;;
      *) filter=$1 ;;
    esac
    shift
  done
}

sanitizer_preset() {
  case $1 in
    address) preset=asan ;;
    thread) preset=tsan ;;
    *) usage_error "--sanitize takes address or thread" ;;
  esac
}

# Leaves test_total and test_failed (names, one a line); failures do not end the script here, so
# that a broken test does not hide what the fuzzers have to say.
run_tests() {
  local preset=$1 filter=$2 log=build/log/test-$1.log status=0
  export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
  "${wrapper[@]}" ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure \
    ${filter:+-R "$filter"} 2>&1 | watch_ctest "$log" || status=$?
  test_total=$(grep -cE "$ctest_result" "$log" || true)
  test_failed=$(awk '/^The following tests FAILED:/ { on = 1; next } on && /^\t/' "$log")
  [[ $test_total -gt 0 ]] || die "no test matches '$filter'"
  if [[ $status -ne 0 && -z $test_failed ]]; then
    test_failed="ctest itself ended with status $status"
  fi
  if [[ -n $test_failed ]]; then show_failures "$log"; fi
}

ctest_result='^ *([0-9]+)/([0-9]+) Test +#'

watch_ctest() {
  local log=$1 line
  : >"$log"
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    if [[ $line =~ $ctest_result ]]; then
      progress test "testing: ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    fi
  done
  progress_done
}

# What failed tests printed: the log without the lines of those that passed.
show_failures() {
  grep -vE '^ *Start +[0-9]+:| Passed +[0-9.]+ sec$|^(Internal ctest|Test project)|^$' "$1" |
    head -n 200 >&2
  say "the whole log is $1" >&2
}

report_tests() {
  local failed
  failed=$(grep -c . <<<"$test_failed" || true)
  say "$((test_total - failed)) tests passed, $failed failed, $(elapsed "$1")"
  [[ $failed -eq 0 && ${fuzz_failed:-0} -eq 0 ]] || exit 1
}
