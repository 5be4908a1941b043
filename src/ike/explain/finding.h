// What a conversation tells, for a person: the sentence, what to change, and where.
#pragma once

#include "core/time.h"
#include "ike/explain/conversation.h"
#include "ike/notice.h"
#include "policy/connection.h"
#include "policy/credentials.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace esplanade::ike::explain {

enum class Topic : std::uint8_t {
  version,
  proposals,
  key_exchange,
  cookie,
  identity,
  authentication,
  secret,
  certificate,
  selectors,
  port,
  mtu,
  nat,
  esp,
  peer,
};
[[nodiscard]] auto name_of(Topic topic) noexcept -> std::string_view;

struct Finding {
  Level level = Level::info;
  Topic topic{};
  std::size_t frame = 0;  ///< that shows it
  std::string why;
  std::string hint;   ///< what to change; may be empty
  policy::Line line;  ///< of our configuration; empty where it is the other end's, or unknown
};
using Findings = std::vector<Finding>;

/// What somebody said, under a name: "initiator_offers".
struct Fact {
  std::string name;
  std::vector<std::string> values;
};

/// An ICMP error about a datagram of somebody's.
struct Unreachable {
  enum class Why : std::uint8_t { port, prohibited, other, too_big };
  std::size_t frame = 0;
  Why why{};
  net::Address from;      ///< who says so
  net::Endpoint of, to;   ///< the datagram's ends
  std::uint16_t mtu = 0;  ///< with too_big; 0: not told
};

/// ESP that passed from one address to another.
struct EspCount {
  std::uint64_t packets = 0;
  bool is_in_udp = false;
  std::size_t first_frame = 0;
};
using EspCounts = std::map<std::pair<net::Address, net::Address>, EspCount>;

/// What is known beside the conversation itself.
struct Knowledge {
  /// Of the configuration, if there is one: one end of what was captured.
  std::vector<policy::ConnectionPtr> connections;
  std::shared_ptr<const policy::Credentials> credentials;
  std::vector<Conversation> conversations;
  std::vector<Unreachable> unreachables;
  EspCounts esp;
  core::WallTime last_seen;  ///< the end of the capture
};

}  // namespace esplanade::ike::explain
