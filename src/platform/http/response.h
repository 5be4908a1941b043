// An HTTP/1.1 response as it comes in, octets by octets (RFC 9112): status, the fields that matter
// here, and the body by Content-Length, chunks, or until the connection ends.
//
//   ResponseReader reader(max_body);
//   while (reader.state() == ResponseReader::State::wants_more) {
//     n = read(...); n == 0 ? reader.end() : reader.take(octets);
//   }
#pragma once

#include "core/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace esplanade::platform {

struct HttpResponse {
  unsigned status = 0;
  std::string location;
  core::Bytes body;
};

class ResponseReader {
 public:
  enum class State : std::uint8_t { wants_more, complete, malformed, too_long };

  /// Of the status line and all fields.
  static constexpr std::size_t max_head = 16384;

  explicit ResponseReader(std::size_t max_body) : max_body_(max_body) {}

  void take(core::View octets);
  /// The connection has ended.
  void end();

  [[nodiscard]] auto state() const noexcept -> State { return state_; }
  [[nodiscard]] auto response() const noexcept -> const HttpResponse& { return response_; }

 private:
  enum class Framing : std::uint8_t { until_end, length, chunked };

  void read_head();
  [[nodiscard]] auto read_field(std::string_view line) -> bool;
  [[nodiscard]] auto read_fields(std::string_view lines) -> bool;
  void read_body();
  /// One chunk with its frame; false when there is no more to be done with what is there.
  [[nodiscard]] auto read_chunk() -> bool;
  void give_body(std::size_t count);
  [[nodiscard]] auto finish(State state) -> bool;

  std::size_t max_body_;
  State state_ = State::wants_more;
  bool has_head_ = false;
  Framing framing_ = Framing::until_end;
  std::size_t length_ = 0;  ///< of the body, by Content-Length
  std::string pending_;     ///< octets not yet understood
  HttpResponse response_;
};

}  // namespace esplanade::platform
