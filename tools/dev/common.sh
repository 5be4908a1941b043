# shellcheck shell=bash
# What all commands of ./dev share. Sourced with the working directory at the root of the tree.

mkdir -p build/log

say() { printf '%s\n' "$*"; }
die() { printf 'dev: %s\n' "$*" >&2; exit 1; }
usage_error() { printf 'dev: %s\n' "$*" >&2; exit 2; }

# One line that is overwritten on a terminal; elsewhere the first of each kind is printed.
#   progress KIND TEXT...
progress() {
  local kind=$1
  shift
  if [[ -t 1 ]]; then
    printf '\r\033[K%s' "$*"
  elif [[ ${progress_kind:-} != "$kind" ]]; then
    say "$*"
  fi
  progress_kind=$kind
}
progress_done() {
  if [[ -t 1 && -n ${progress_kind:-} ]]; then printf '\r\033[K'; fi
  progress_kind=
}

check_system() {
  local id
  id=$(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID:-}" "${VERSION_ID:-}") || true
  [[ $id == "debian 12" ]] || die "this needs Debian 12, and here is '${id:-an unknown system}'"
}

need_root() {
  [[ $(id -u) -eq 0 ]] || die "$1 needs root ($2): run sudo ./dev $1"
}

# Installs what the groups of tools/packages.txt name and the system lacks.
#   need_packages GROUP...
need_packages() {
  local wanted missing
  wanted=$(awk -v groups=" $* " '!/^#/ && index(groups, " " $1 " ") { print $2 }' \
    tools/packages.txt | sort -u)
  missing=$(missing_packages "$wanted")
  [[ -z $missing ]] || install_packages "$missing"
}

missing_packages() {
  # dpkg-query also fails for a package it never heard of; the status lines are what counts.
  # shellcheck disable=SC2086  # a list of words
  { dpkg-query -W -f '${db:Status-Status} ${Package}\n' $1 2>/dev/null || true; } |
    awk -v wanted="$1" '
      $1 == "installed" { have[$2] }
      END { n = split(wanted, w); for (i = 1; i <= n; i++) if (!(w[i] in have)) print w[i] }'
}

install_packages() {
  local log=build/log/packages.log count
  count=$(wc -w <<<"$1")
  [[ $(id -u) -eq 0 ]] ||
    die "$count packages are missing and only root can install them: sudo ./dev, or" \
      "apt-get install ${1//$'\n'/ }"
  say "installing $count packages ..."
  # shellcheck disable=SC2086  # a list of words
  if ! {
    apt_get update && apt_get install -y --no-install-recommends $1
  } >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    die "installing packages failed; the whole log is $log"
  fi
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

# The seconds since SECONDS was $1, as "1 min 5 s".
elapsed() {
  local s=$((SECONDS - $1))
  if ((s < 60)); then printf '%d s' "$s"; else printf '%d min %d s' $((s / 60)) $((s % 60)); fi
}

# All C++ of the tree, NUL-separated.
cxx_files() {
  find src tests bench -type f \( -name '*.cc' -o -name '*.h' \) -print0 2>/dev/null | sort -z
}
