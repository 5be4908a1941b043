# shellcheck shell=bash
# ./dev lab [ARGUMENTS]: lab/run with the release build ready.
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh

dev_lab() {
  need_root lab "it makes network namespaces and a TUN device"
  need_packages build demo test lab
  build release esplanade
  exec lab/run "$@"
}
