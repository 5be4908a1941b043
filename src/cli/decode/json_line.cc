#include "cli/decode/ike_output.h"
#include "cli/decode/output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace esplanade::cli::decode {
namespace {

auto json_text(std::string_view text) -> std::string { return nlohmann::json(text).dump(); }

/// `value` as `write` has it, or null.
template <class T, class Write>
auto or_null(const std::optional<T>& value, Write write) -> std::string {
  return value ? write(*value) : "null";
}

auto address(const std::optional<net::Address>& value) -> std::string {
  return or_null(value, [](const net::Address& a) { return json_text(a.to_string()); });
}

}  // namespace

// Written by hand because "time" has more digits than a double.
auto json_line(const DecodedFrame& frame) -> std::string {
  return fmt::format(
      "{{\"frame\":{},\"time\":{},\"protocol\":{},\"src\":{},\"dst\":{},\"spi\":{},\"seq\":{},"
      "\"status\":{},\"reason\":{},\"next_header\":{},\"inner\":{},"
      "\"ike\":{}}}\n",
      frame.number, seconds_text(frame.captured_at, 9), json_text(name_of(frame.protocol)),
      address(frame.src), address(frame.dst),
      or_null(frame.spi,
              [](core::Spi spi) { return fmt::format("\"0x{:08x}\"", std::to_underlying(spi)); }),
      or_null(frame.seq, [](core::Seq64 seq) { return std::to_string(seq.value); }),
      json_text(name_of(frame.status)), frame.reason.empty() ? "null" : json_text(frame.reason),
      or_null(frame.next_header,
              [](iana::IpProtocol next) { return std::to_string(std::to_underlying(next)); }),
      or_null(frame.inner, [](const core::Bytes& inner) { return json_text(core::to_hex(inner)); }),
      or_null(frame.ike, ike_json));
}

}  // namespace esplanade::cli::decode
