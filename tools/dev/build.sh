# shellcheck shell=bash
# ./dev build [PRESET]: configures where needed and builds into build/PRESET.

# Worktrees share what the cache has, and precompiled headers do not hide what changed.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

presets="release debug asan tsan fuzz"

dev_build() {
  local preset=${1:-release}
  [[ $# -le 1 ]] || usage_error "build takes one preset"
  [[ " $presets " == *" $preset "* ]] ||
    usage_error "no preset '$preset'; there are: $presets"
  need_preset_packages "$preset"
  build "$preset"
  if [[ $steps -eq 0 ]]; then say "build/$preset is up to date"; fi
}

need_preset_packages() {
  case $1 in
    fuzz) need_packages build fuzz ;;
    *) need_packages build ;;
  esac
}

#   build PRESET [TARGET...]     leaves the number of steps in $steps
build() {
  local preset=$1 log=build/log/build-$1.log start=$SECONDS
  shift
  choose_wrapper "$preset"
  configure "$preset"
  if ! NINJA_STATUS='[%f/%t] ' "${wrapper[@]}" ninja -C "build/$preset" -j "$(nproc)" "$@" 2>&1 |
    watch_ninja "$preset" "$log"; then
    awk '/^FAILED|^ninja: error/ { on = 1 } on' "$log" | head -n 60 >&2
    die "the $preset build failed; the whole log is $log"
  fi
  steps=$(grep -cE "$ninja_step" "$log" || true)
  if [[ $steps -gt 0 ]]; then say "built $preset: $steps steps, $(elapsed "$start")"; fi
}

# A step that does something: looking for new files is none.
ninja_step='^\[([0-9]+)/([0-9]+)\] ([^R]|R[^e]|Re[^-])'

watch_ninja() {
  local preset=$1 log=$2 line
  : >"$log"
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    if [[ $line =~ $ninja_step ]]; then
      progress build "building $preset: ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} steps"
    fi
  done
  progress_done
}

# Ninja takes care of changed CMakeLists.txt, but not of what the preset and the environment say.
configure() {
  local preset=$1 log=build/log/configure-$1.log stamp=build/$1/.configured said
  said="$(cksum <CMakePresets.json) vectors=${ESPLANADE_VECTORS:-}"
  if [[ -f build/$preset/build.ninja && $(cat "$stamp" 2>/dev/null) == "$said" ]]; then return; fi
  if ! cmake --preset "$preset" -DESPLANADE_VECTORS="${ESPLANADE_VECTORS:-}" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    die "configuring $preset failed; the whole log is $log"
  fi
  printf '%s' "$said" >"$stamp"
}

# ThreadSanitizer of GCC 12 dies of the address layout that newer kernels choose; without
# randomisation it runs. The wrapper stands before everything that starts instrumented programs,
# and the build is one of them: it asks the test programs for their tests.
choose_wrapper() {
  wrapper=()
  if [[ $1 == tsan ]] && setarch -R true 2>/dev/null; then wrapper=(setarch -R); fi
}
