// Captures as strangers make them, to whoever explains them. The input is a row of records, each a
// kind, a length of two octets, and so many octets: kind 0 is a raw IP datagram as it was captured;
// else a message whose payloads stand in clear behind the header, as if it had been opened, from
// alice if the kind is odd. Whatever comes, each conversation is explained in whole sentences, with
// a configuration of bob's and without.
#include "cli/diagnose/output.h"
#include "cli/diagnose/watcher.h"
#include "core/reader.h"
#include "crypto/openssl/provider.h"
#include "net/link.h"
#include "sa/proposal_text.h"

namespace {

using namespace esplanade;
using core::ensure;
using ike::explain::Observer;

const auto alice = net::Address::parse("192.0.2.1").value();
const auto bob = net::Address::parse("192.0.2.2").value();

auto range(std::string_view text) -> policy::SelectorTemplate {
  return {.addresses = net::Range::parse(text).value(), .protocol = {}, .ports = {}};
}

auto bobs_connection() -> policy::ConnectionPtr {
  auto connection = std::make_shared<policy::Connection>();
  connection->name = "site";
  connection->ours = {{.text = "bob", .range = net::Range(bob, bob)}};
  connection->proposals = sa::default_proposals(iana::SecurityProtocol::ike);
  connection->local.kind = policy::AuthKind::psk;
  connection->remote.kind = policy::AuthKind::public_key;
  policy::ChildPolicy child;
  child.name = "net";
  child.proposals = sa::default_proposals(iana::SecurityProtocol::esp);
  child.ours = {range("10.2.0.0/16")};
  child.theirs = {range("10.1.0.0/16"), range("2001:db8::/32")};
  connection->children = {child};
  return connection;
}

void saw_opened(core::View message, bool is_alices, std::size_t frame, Observer& observer) {
  ike::explain::Sighting sighting;
  const auto header = ike::wire::Header::parse(message);
  if (!header) return;
  auto payloads =
      ike::wire::parse_payloads(header->next_payload, message.subspan(ike::wire::header_size));
  if (!payloads) return;
  sighting.frame = frame;
  sighting.at.since_epoch = std::chrono::seconds(frame);
  sighting.from = {.address = is_alices ? alice : bob, .port = 500};
  sighting.to = {.address = is_alices ? bob : alice, .port = 500};
  sighting.size = message.size() + 28;
  sighting.header = *header;
  sighting.payloads = *std::move(payloads);
  observer.saw(sighting);
}

void saw_datagram(core::View datagram, std::size_t frame, cli::diagnose::Watcher& watcher,
                  Observer& observer) {
  platform::Frame captured;
  captured.number = frame;
  captured.captured_at.since_epoch = std::chrono::seconds(frame);
  captured.link_type = std::to_underlying(net::LinkType::raw);
  captured.bytes = datagram;
  captured.original_length = datagram.size();
  watcher.watch(captured, observer);
}

void explain_all(const Observer& observer, std::size_t frames) {
  const auto& knowledge = observer.knowledge();
  for (const auto& conversation : knowledge.conversations) {
    const auto report = explain(conversation, knowledge);
    for (const auto& finding : report.findings) {
      ensure(!finding.why.empty() && finding.frame > 0 && finding.frame <= frames);
    }
    ensure(cli::diagnose::text_of(conversation, report).ends_with('\n'));
    ensure(cli::diagnose::json_of(conversation, report).ends_with("]}\n"));
  }
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  core::Reader r{std::as_bytes(std::span(data, size))};
  Observer observer;
  cli::diagnose::Watcher watcher({}, {4500}, crypto::openssl::provider());
  std::size_t frame = 0;
  while (r.more()) {
    const auto kind = r.u8();
    const auto octets = r.take(r.u16());
    if (r.failed()) break;
    ++frame;
    if (kind == 0) saw_datagram(octets, frame, watcher, observer);
    if (kind != 0) saw_opened(octets, kind % 2 == 1, frame, observer);
  }
  explain_all(observer, frame);
  static const auto connection = bobs_connection();
  observer.know({connection}, nullptr);
  explain_all(observer, frame);
  return 0;
}
