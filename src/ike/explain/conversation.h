// What was seen of one IKE SA on the wire: its exchanges, with every try of theirs. These are
// packets of others, seen in passing: nothing is verified here, nothing is believed.
//
//   Conversation conversation(sighting);
//   conversation.add(next);
//   for (const auto& exchange : conversation.exchanges()) ...
//
// Bounded: so many exchanges are kept, and the rest counted.
#pragma once

#include "core/time.h"
#include "ike/wire/message.h"
#include "net/endpoint.h"

namespace esplanade::ike::explain {

/// How far into a message one can see.
enum class Sight : std::uint8_t {
  whole,   ///< in clear, or opened with its key
  closed,  ///< encrypted, and no key for it
  part,    ///< only a beginning: a fragment, or what could not be read
};

/// One message, or a piece of one, as it passed.
struct Sighting {
  std::size_t frame = 0;
  core::WallTime at;
  net::Endpoint from, to;
  std::size_t size = 0;  ///< octets of the IP packet
  bool is_ip_fragment = false;
  Sight sight = Sight::whole;
  wire::Header header;
  wire::Payloads payloads;  ///< those of an SK payload behind it
};

/// When and where a message, or its first piece, passed.
struct Leg {
  std::size_t frame = 0;
  core::WallTime at;
  net::Endpoint from, to;
  std::size_t size = 0;      ///< of the IP packet
  std::uint32_t length = 0;  ///< of the message, by its header
  bool is_ip_fragment = false;
  bool is_ike_fragment = false;  ///< RFC 7383
};

/// One direction of an exchange: the message, and each time it was sent.
struct Saying {
  std::vector<Leg> tries;
  wire::Payloads payloads;
  Sight sight = Sight::part;

  [[nodiscard]] auto is_whole() const noexcept -> bool { return sight == Sight::whole; }
  [[nodiscard]] auto largest() const noexcept -> std::size_t;
};

/// A request and its response. One IKE_SA_INIT with a COOKIE, or of another group, is another
/// exchange, though all have the message ID 0.
struct Exchange {
  iana::ExchangeType type{};
  std::uint32_t message_id = 0;
  bool is_from_initiator = false;  ///< asked by the original initiator of the IKE SA
  Saying request, response;

  /// Where it was first seen.
  [[nodiscard]] auto first_frame() const noexcept -> std::size_t;
  [[nodiscard]] auto error() const noexcept -> const wire::NotifyPayload* {
    return wire::find_error(response.payloads);
  }
};

class Conversation {
 public:
  explicit Conversation(const Sighting& first);

  /// Does this message belong to it?
  [[nodiscard]] auto has(const wire::Header& header) const noexcept -> bool;
  void add(const Sighting& sighting);

  [[nodiscard]] auto spis() const noexcept -> const IkeSpis& { return spis_; }
  [[nodiscard]] auto major_version() const noexcept -> std::uint8_t { return major_version_; }
  /// As they were first seen.
  [[nodiscard]] auto initiator() const noexcept -> const net::Endpoint& { return initiator_; }
  [[nodiscard]] auto responder() const noexcept -> const net::Endpoint& { return responder_; }
  [[nodiscard]] auto exchanges() const noexcept -> const std::vector<Exchange>& {
    return exchanges_;
  }
  [[nodiscard]] auto first_frame() const noexcept -> std::size_t { return first_frame_; }
  [[nodiscard]] auto last_frame() const noexcept -> std::size_t { return last_frame_; }
  [[nodiscard]] auto messages() const noexcept -> std::size_t { return messages_; }
  [[nodiscard]] auto left_out() const noexcept -> std::size_t { return left_out_; }

  /// The last exchange of this type that has a response; nullptr if there is none.
  [[nodiscard]] auto last_answered(iana::ExchangeType type) const noexcept -> const Exchange*;
  /// The last of this type that was asked.
  [[nodiscard]] auto last_asked(iana::ExchangeType type) const noexcept -> const Exchange*;

 private:
  [[nodiscard]] auto exchange_of(const Sighting& sighting) -> Exchange*;

  IkeSpis spis_;
  std::uint8_t major_version_ = 0;
  net::Endpoint initiator_, responder_;
  std::size_t first_frame_ = 0, last_frame_ = 0, messages_ = 0, left_out_ = 0;
  std::vector<Exchange> exchanges_;
};

}  // namespace esplanade::ike::explain
