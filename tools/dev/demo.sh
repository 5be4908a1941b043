# shellcheck shell=bash
# ./dev demo [ARGUMENTS]: tools/demo/run with the release build ready.
# shellcheck source=tools/dev/build.sh
source tools/dev/build.sh

dev_demo() {
  need_root demo "it makes network namespaces and a TUN device"
  need_packages build demo
  build release esplanade
  exec tools/demo/run "$@"
}
