// From captured frames to what they carry. No files: frames and keys come in, values go out.
//
//   Decoder decoder{parse_esp_table(text).value(), {4500}, provider};
//   print(json_line(decoder.decode(frame)));
//
// Frames are decoded in the order of the capture, for extended sequence numbers depend on it.
#pragma once

#include "cli/decode/key_ring.h"
#include "platform/capture.h"

namespace esplanade::cli::decode {

class Decoder {
 public:
  Decoder(EspTable table, std::vector<std::uint16_t> encap_ports, crypto::Provider& provider)
      : encap_ports_(std::move(encap_ports)), keys_(std::move(table), provider) {}

  [[nodiscard]] auto decode(const platform::Frame& frame) -> DecodedFrame;

 private:
  void decode_datagram(core::View datagram, DecodedFrame& to);

  std::vector<std::uint16_t> encap_ports_;
  KeyRing keys_;
};

}  // namespace esplanade::cli::decode
