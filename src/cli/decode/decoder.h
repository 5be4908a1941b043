// From captured frames to what they carry. No files: frames and keys come in, values go out.
//
//   Decoder decoder{{.esp = parse_esp_table(text).value(), .ike = {}}, {4500}, provider};
//   print(json_line(decoder.decode(frame)));
//
// Frames are decoded in the order of the capture, for extended sequence numbers and the fragments
// of IKE messages depend on it.
#pragma once

#include "cli/decode/ike_reader.h"
#include "cli/decode/key_ring.h"
#include "cli/decode/outer.h"
#include "platform/capture.h"

namespace esplanade::cli::decode {

struct KeyTables {
  EspTable esp;
  IkeTable ike;
};

class Decoder {
 public:
  Decoder(KeyTables tables, std::vector<std::uint16_t> encap_ports, crypto::Provider& provider)
      : encap_ports_(std::move(encap_ports)),
        keys_(std::move(tables.esp), provider),
        ike_(std::move(tables.ike), provider) {}

  [[nodiscard]] auto decode(const platform::Frame& frame) -> DecodedFrame;

 private:
  void decode_datagram(core::View datagram, DecodedFrame& to);
  void open_protected(const Outer& outer, DecodedFrame& to);
  /// ESP that AH has carried, if its keys are there (RFC 4301, 4.5).
  void open_inside_ah(const Outer& outer, DecodedFrame& to);
  void read_ike(core::View message, DecodedFrame& to);

  std::vector<std::uint16_t> encap_ports_;
  KeyRing keys_;
  IkeReader ike_;
};

}  // namespace esplanade::cli::decode
