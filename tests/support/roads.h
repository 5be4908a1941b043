// The two roads between two gateways in memory.
#pragma once

#include "pipeline/inbound_road.h"
#include "pipeline/outbound_road.h"
#include "tests/support/random.h"
#include "tests/support/sas.h"

namespace esplanade::test {

class Notices final : public pipeline::NoticeSink {
 public:
  void note(const pipeline::Notice& notice) noexcept override { all.push_back(notice); }
  std::vector<pipeline::Notice> all;
};

class NoNotices final : public pipeline::NoticeSink {
 public:
  void note(const pipeline::Notice&) noexcept override {}
};

/// A sender and a receiver that share an SA for each spec, in the SPD's order.
class Gateways {
 public:
  Gateways(const std::vector<SaSpec>& specs, pipeline::NoticeSink& notices,
           pipeline::OuterFragments fragments = pipeline::OuterFragments::refuse,
           crypto::Provider& provider = crypto::openssl::provider())
      : out(notices), in(notices, fragments) {
    for (const auto& spec : specs) {
      auto outbound = make_outbound(spec, provider);
      const auto selectors = outbound->parameters.selectors;
      sender.spd.append({selectors, sender.sad.add(std::move(outbound))});
      (void)receiver.sad.add(make_inbound(spec, provider));
    }
    receiver.encap_ports = {4500};
  }
  void send(std::span<net::Packet> batch) {
    out.run(sender, batch, {.now = {}, .random = random_});
    out.account(sender, batch);
  }
  void receive(std::span<net::Packet> batch) {
    in.run(receiver, batch, {});
    in.account(receiver, batch);
  }

  pipeline::Tables sender, receiver;
  pipeline::OutboundRoad out;
  pipeline::InboundRoad in;

 private:
  SeededRandom random_{1};
};

}  // namespace esplanade::test
