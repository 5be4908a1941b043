// Decoded frames as lines, for people or for programs.
#pragma once

#include "cli/decode/decoded_frame.h"

#include <array>

namespace esplanade::cli::decode {

/// One JSON object and a newline; every key is always there, null where it does not apply:
/// frame, time, protocol, src, dst, spi, seq, status, reason, next_header, inner, ike.
[[nodiscard]] auto json_line(const DecodedFrame& frame) -> std::string;

/// Number, time, addresses, protocol with SPI and sequence number, status, and what was inside;
/// beneath it, indented, the payloads of an IKE message.
[[nodiscard]] auto text_line(const DecodedFrame& frame) -> std::string;

/// How many frames had each status, for the last line of the text.
class Summary {
 public:
  void count(Status status) noexcept { ++counts_[static_cast<std::size_t>(status)]; }
  [[nodiscard]] auto text() const -> std::string;

 private:
  std::array<std::size_t, status_count> counts_{};
};

}  // namespace esplanade::cli::decode
