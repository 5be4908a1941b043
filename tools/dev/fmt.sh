# shellcheck shell=bash
# ./dev fmt: clang-format over all C++.

dev_fmt() {
  [[ $# -eq 0 ]] || usage_error "fmt takes no arguments"
  need_packages lint
  cxx_files | xargs -0 -r -n 16 -P "$(nproc)" clang-format-19 --style=file -i
}
