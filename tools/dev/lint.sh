# shellcheck shell=bash
# ./dev lint: format, the rules of the house, the tables of docs/rfc, shell scripts, manual pages, clang-tidy.
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh

dev_lint() {
  [[ $# -eq 0 ]] || usage_error "lint takes no arguments"
  need_packages build lint
  lint
}

# All checks run, so that one round shows everything; dies if any is not content.
lint() {
  local start=$SECONDS bad=() check
  for check in format selftest rules requirements shell manuals tidy; do
    progress lint "linting: $check"
    "lint_$check" || bad+=("$check")
  done
  progress_done
  [[ ${#bad[@]} -eq 0 ]] || die "lint: ${bad[*]} found something, $(elapsed "$start")"
  say "lint found nothing, $(elapsed "$start")"
}

lint_format() {
  # shellcheck disable=SC2016  # $0 is the inner shell's
  cxx_files | xargs -0 -r -n 1 -P "$(nproc)" bash -c 'clang-format-19 --style=file --dry-run \
    -Werror "$0" 2>/dev/null || { echo "$0: format: ./dev fmt mends it"; exit 1; }'
}

lint_selftest() { tools/lint/selftest; }
lint_rules() { tools/lint/rules; }
lint_requirements() { tools/lint/requirements; }

lint_shell() { shell_scripts | xargs -0 -r shellcheck -x; }

# By first line, for scripts have no common ending.
shell_scripts() {
  find dev .ci tools lab tests -type f ! -name '*.md' -print0 2>/dev/null |
    xargs -0 -r awk 'FNR == 1 && /^#!.*sh$|^# shellcheck shell=/ { printf "%s%c", FILENAME, 0 }
                     { nextfile }'
}

lint_manuals() {
  find docs/man -type f -name '*.[1578]' -print0 2>/dev/null |
    xargs -0 -r mandoc -Tlint -W warning
}

lint_tidy() {
  configure release
  # A changed set of files shows only after a look round.
  ninja -C build/release build.ninja >build/log/lint-configure.log 2>&1 ||
    { tail -n 20 build/log/lint-configure.log; return 1; }
  tools/lint/tidy build/release "${XDG_CACHE_HOME:-$HOME/.cache}/esplanade/tidy"
}
