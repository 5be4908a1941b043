// One endpoint with what it has asked of the world, and connections in a few words;
// duo_test_support.h puts two of them together.
#pragma once

#include "crypto/openssl/provider.h"
#include "ike/endpoint.h"
#include "ike/wire/message.h"
#include "sa/proposal_text.h"
#include "tests/support/random.h"

#include <gmock/gmock.h>
#include <deque>
#include <map>
#include <set>

namespace esplanade::ike::test {

using namespace std::chrono_literals;

inline auto proposals_of(iana::SecurityProtocol protocol, std::string_view text)
    -> std::vector<sa::Proposal> {
  std::vector<sa::Proposal> proposals;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    proposals.push_back(sa::parse_proposal(protocol, text.substr(begin, end - begin)).value());
    begin = end + 1;
  }
  return proposals;
}
inline auto ike(std::string_view text) { return proposals_of(iana::SecurityProtocol::ike, text); }
inline auto esp(std::string_view text) { return proposals_of(iana::SecurityProtocol::esp, text); }

inline auto selectors_of(std::string_view text) -> std::vector<policy::SelectorTemplate> {
  return {{.addresses = *net::Range::parse(text), .protocol = {}, .ports = {}}};
}

inline auto child_of(std::string name, std::uint32_t number, std::string_view ours,
                     std::string_view theirs) -> policy::ChildPolicy {
  policy::ChildPolicy child;
  child.name = std::move(name);
  child.policy = policy::PolicyId{number};
  child.proposals = esp("aes128gcm16");
  child.ours = selectors_of(ours);
  child.theirs = selectors_of(theirs);
  return child;
}

/// One endpoint with what it has asked of the world.
struct End final : SpiSource, SourceAddresses {
  End(std::string_view address, std::uint64_t seed)
      : at{.address = *net::Address::parse(address), .port = 500}, random(seed) {}

  net::Endpoint at;
  esplanade::test::SeededRandom random;
  EndpointOptions options{.retransmit_first = 1s,
                          .retransmit_base = 2,
                          .retransmit_tries = 3,
                          .retransmit_jitter = 0,
                          .checks_pfs = false,
                          .logs_keys = true};
  policy::Connection connection;
  std::shared_ptr<policy::Credentials> credentials = std::make_shared<policy::Credentials>();
  std::unique_ptr<Endpoint> endpoint;

  std::deque<Send> sent;
  std::vector<Notice> notices;
  std::map<ChildId, std::shared_ptr<const sa::SaParameters>> inbound, outbound;
  std::set<ChildId> active;
  std::vector<policy::PolicyId> dropped;
  std::vector<policy::PolicyId> trapped;
  std::size_t keep_alives = 0;

  auto reserve(core::Random& source) -> core::Spi override {
    (void)source;
    return core::Spi{next_spi_++};
  }
  void release(core::Spi /*spi*/) override {}
  auto source_for(const net::Address& /*theirs*/) -> std::optional<net::Address> override {
    return at.address;
  }

  [[nodiscard]] auto count(std::string_view event) const -> std::size_t {
    return static_cast<std::size_t>(std::ranges::count(notices, event, &Notice::event));
  }
  [[nodiscard]] auto children() const -> std::size_t {
    std::size_t count = 0;
    for (const auto& sa : endpoint->status()) {
      count += static_cast<std::size_t>(std::ranges::count_if(
          sa.children, [](const ChildStatus& child) { return child.state == "installed"; }));
    }
    return count;
  }
  [[nodiscard]] auto sessions() const -> std::size_t { return endpoint->status().size(); }

 private:
  std::uint32_t next_spi_ = 0x1000;
};

/// A message on the wire, opened if it can be.
struct Seen {
  const End* from = nullptr;
  wire::Header header;
  wire::Payloads payloads;  ///< those inside, where there is an SK
  core::Bytes octets;
};

struct Forged {
  iana::ExchangeType exchange = iana::ExchangeType::informational;
  bool is_response = false;
  std::uint32_t message_id = 0;
};

inline auto has_notify(const Seen& seen, iana::NotifyType type) -> bool {
  return wire::find_notify(seen.payloads, type) != nullptr;
}

inline auto notify(iana::NotifyType type, core::Bytes data = {}) -> wire::NotifyPayload {
  return {.protocol = {}, .spi = {}, .type = type, .data = std::move(data)};
}

/// The messages of an exchange, requests or responses, in their order.
template <class Duo>
auto messages_of(const Duo& duo, iana::ExchangeType exchange, bool is_response)
    -> std::vector<const Seen*> {
  std::vector<const Seen*> found;
  for (const auto& one : duo.seen) {
    if (one.header.exchange == exchange && one.header.is_response == is_response) {
      found.push_back(&one);
    }
  }
  return found;
}

}  // namespace esplanade::ike::test
