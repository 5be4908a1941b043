// Any octets as a capture file, every frame as what its link type says.
#include <cstdio>

#include "net/datagram.h"
#include "net/link.h"
#include "platform/capture.h"

using namespace esplanade;

namespace {

void look_at(const platform::Frame& frame) {
  core::ensure(frame.number > 0);
  const auto type = static_cast<net::LinkType>(frame.link_type);
  const auto datagram = net::ip_datagram(type, frame.bytes);
  if (datagram && *datagram) (void)net::Datagram::parse(**datagram);
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  if (size == 0) return 0;  // fmemopen refuses to open nothing
  auto* file = ::fmemopen(const_cast<std::uint8_t*>(data), size, "rb");
  core::ensure(file != nullptr);
  auto reader = platform::CaptureReader::open(file, "input");
  while (reader) {
    const auto frame = reader->next();
    if (!frame || !*frame) break;
    look_at(**frame);
  }
  return 0;
}
