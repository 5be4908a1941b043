// A packet put to the policy of a configuration, and the answer in words and as JSON.
#pragma once

#include "config/configuration.h"
#include "crypto/provider.h"
#include "policy/mismatch.h"

#include <nlohmann/json_fwd.hpp>

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace esplanade::cli::explain {

/// A packet in the operator's words; what is empty or absent was not said.
struct Question {
  std::string from, to, protocol;
  std::optional<std::uint16_t> source_port, destination_port;
  std::string icmp_type;  ///< "8", "3/4"
  unsigned dscp = 0;
};

/// The error is a sentence. A packet of TCP or UDP without any port shows none, as a later fragment
/// does; with one port, the other is 0.
[[nodiscard]] auto packet_of(const Question& question) -> std::expected<net::Datagram, std::string>;

struct Asked {
  net::Datagram packet;
  sa::Direction direction{};
};

/// An entry that does not take the packet.
struct Passed {
  std::string name;
  std::string why;
};

/// The entry that does.
struct Taker {
  std::string name;
  policy::Processing processing{};
  std::string what;  ///< happens to it
  std::string carrier;
  bool is_keyed = false;  ///< its SAs are IKE's, which a running daemon alone knows
};

struct Explanation {
  Asked asked;
  std::vector<Passed> passed;  ///< in order
  std::optional<Taker> taker;  ///< none: the packet is discarded
};

[[nodiscard]] auto explain(const config::Configuration& configuration, const Asked& asked,
                           crypto::Provider& provider) -> Explanation;

/// The question and, from the answer, the SA of a keyed taker: what it is carried by in fact.
[[nodiscard]] auto carriers_question(const net::Datagram& packet) -> nlohmann::ordered_json;
void take_carrier(Explanation& explanation, const nlohmann::ordered_json& answer);

[[nodiscard]] auto to_text(const Explanation& explanation) -> std::string;
[[nodiscard]] auto to_json(const Explanation& explanation) -> std::string;

}  // namespace esplanade::cli::explain
