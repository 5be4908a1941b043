// esp_peer: seal and open of ESP and AH for a test written in another language.
//
//   < op=seal esp=aes128gcm16 key=000102... spi=4097 mode=tunnel ours=192.0.2.1 theirs=192.0.2.2
//     esn=yes start=0 packets=4500...,6000...               (one line)
//   > 4500...,replay_duplicate                              a packet each, or why it was dropped
//
// A request is one line of `name=value` words and gets one line in answer. Each makes a new SA.
// `start` is the last number sent, or the highest seen; `auth_key` and `udp`, which names both
// ports, may be left out. `ah=sha256` in place of `esp` makes it an SA of AH, whose key is `key`;
// `align=8` rounds AH up as Linux does. A request that makes no sense ends the program.
#include "ah/open.h"
#include "ah/seal.h"
#include "crypto/openssl/provider.h"
#include "esp/open.h"
#include "esp/seal.h"
#include "ike/keys/suite.h"
#include "pipeline/demux.h"
#include "sa/proposal_text.h"

#include <fmt/ranges.h>

#include <iostream>
#include <map>
#include <random>
#include <sstream>

namespace esplanade {
namespace {

constexpr core::Time now{};
constexpr std::size_t slot_size = 65535;
constexpr std::uint32_t replay_window = 1024;

/// CBC's IVs; the same in every run.
class SeededRandom final : public core::Random {
 public:
  void fill(core::MutableView out) noexcept override {
    for (auto& octet : out) octet = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

class Request {
 public:
  explicit Request(const std::string& line) {
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      const auto equals = word.find('=');
      core::ensure(equals != std::string::npos);
      words_[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }

  [[nodiscard]] auto has(const std::string& name) const -> bool { return words_.contains(name); }
  [[nodiscard]] auto text(const std::string& name) const -> const std::string& {
    return words_.at(name);
  }
  [[nodiscard]] auto number(const std::string& name) const -> std::uint64_t {
    return std::stoull(text(name));
  }
  [[nodiscard]] auto octets(const std::string& name) const -> core::Bytes {
    return core::from_hex(text(name)).value();
  }
  [[nodiscard]] auto address(const std::string& name) const -> net::Address {
    return net::Address::parse(text(name)).value();
  }

 private:
  std::map<std::string, std::string> words_;
};

/// Of a proposal that IKE could agree on: keys set by hand may be for less.
auto algorithms_of(const Request& request) -> sa::EspAlgorithms {
  const bool is_ah = request.has("ah");
  const auto protocol = is_ah ? iana::SecurityProtocol::ah : iana::SecurityProtocol::esp;
  const auto proposal = sa::parse_proposal(protocol, request.text(is_ah ? "ah" : "esp")).value();
  if (!is_ah) return ike::keys::child_suite_of(proposal).value().algorithms;
  return {.encryption = iana::EncryptionId::encr_null,
          .integrity = static_cast<iana::IntegrityId>(proposal.transforms.at(0).id)};
}

auto parameters_of(const Request& request) -> sa::SaParameters {
  sa::SaParameters parameters{
      .mode = request.text("mode") == "tunnel" ? sa::Mode::tunnel : sa::Mode::transport,
      .esn = request.text("esn") == "yes" ? sa::Esn::yes : sa::Esn::no,
      .spi = core::Spi{static_cast<std::uint32_t>(request.number("spi"))},
      .replay_window = replay_window,
      .ours = request.address("ours"),
      .theirs = request.address("theirs"),
      .algorithms = algorithms_of(request)};
  if (request.has("ah")) {
    parameters.protocol = sa::Protocol::ah;
    parameters.keys.integrity = sa::IntegrityKey(request.octets("key"));
    if (request.has("align")) parameters.ah_alignment = sa::AhAlignment::eight;
    return parameters;
  }
  parameters.keys.encryption = sa::EncryptionKey(request.octets("key"));
  if (request.has("auth_key")) {
    parameters.keys.integrity = sa::IntegrityKey(request.octets("auth_key"));
  }
  if (request.has("udp")) {
    const auto port = static_cast<std::uint16_t>(request.number("udp"));
    parameters.encapsulation = sa::UdpEncapsulation{.ours = port, .theirs = port};
  }
  return parameters;
}

class Sealer {
 public:
  explicit Sealer(const Request& request)
      : sa_(ipsec::OutboundSa::make(parameters_of(request), crypto::openssl::provider(), now)
                .value()) {
    sa_->continue_from(core::Seq64{request.number("start")});
  }
  void operator()(std::span<net::Packet> batch) {
    std::vector<net::Packet*> packets;
    for (auto& packet : batch) packets.push_back(&packet);
    const auto seal = sa_->parameters.protocol == sa::Protocol::ah ? ah::seal : esp::seal;
    seal(*sa_, packets, {.now = now, .random = random_});
  }

 private:
  std::unique_ptr<ipsec::OutboundSa> sa_;
  SeededRandom random_;
};

class Opener {
 public:
  explicit Opener(const Request& request)
      : sa_(ipsec::InboundSa::make(parameters_of(request), crypto::openssl::provider(), now)
                .value()) {
    if (request.has("udp")) ports_ = {static_cast<std::uint16_t>(request.number("udp"))};
    const core::Seq64 start{request.number("start")};
    if (start.value != 0) core::ensure(sa_->commit(start).has_value());
  }
  void operator()(std::span<net::Packet> batch) {
    std::vector<ipsec::Inbound> inbound;
    for (auto& packet : batch) {
      if (const auto found = pipeline::find_protected(packet.bytes(), ports_)) {
        inbound.push_back({&packet, found->place});
      } else {
        packet.drop(found.error());
      }
    }
    const auto open = sa_->parameters.protocol == sa::Protocol::ah ? ah::open : esp::open;
    open(*sa_, inbound, now);
  }

 private:
  std::unique_ptr<ipsec::InboundSa> sa_;
  std::vector<std::uint16_t> ports_;
};

auto split_packets(const std::string& text) -> std::vector<core::Bytes> {
  std::vector<core::Bytes> packets;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    packets.push_back(core::from_hex(word).value());
  }
  return packets;
}

void load(net::Packet& packet, core::View octets) {
  core::copy(octets, packet.reset());
  packet.size = static_cast<std::uint16_t>(octets.size());
}

auto answer_of(const net::Packet& packet) -> std::string {
  return packet.passes() ? core::to_hex(packet.bytes()) : std::string(name_of(packet.verdict));
}

template <class Act>
auto answer(const Request& request, net::Arena& arena) -> std::string {
  Act act(request);
  const auto packets = split_packets(request.text("packets"));
  std::vector<std::string> answers;
  for (std::size_t at = 0; at < packets.size(); at += net::batch_max) {
    const auto batch = arena.packets().first(std::min(net::batch_max, packets.size() - at));
    for (std::size_t i = 0; i < batch.size(); ++i) load(batch[i], packets[at + i]);
    act(batch);
    for (const auto& packet : batch) answers.push_back(answer_of(packet));
  }
  return fmt::format("{}", fmt::join(answers, ","));
}

}  // namespace
}  // namespace esplanade

auto main() -> int {
  using namespace esplanade;
  net::Arena arena(slot_size, net::batch_max);
  for (std::string line; std::getline(std::cin, line);) {
    const Request request(line);
    const bool is_seal = request.text("op") == "seal";
    std::cout << (is_seal ? answer<Sealer>(request, arena) : answer<Opener>(request, arena))
              << std::endl;
  }
}
