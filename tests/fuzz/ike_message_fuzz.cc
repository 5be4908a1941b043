// IKE messages as a stranger sends them. The first octet chooses: 0, the rest is a datagram; else
// it is the type of the first payload of a chain as an SK payload holds it. What is taken is
// written and read again, and is the same.
#include "ike/wire/message.h"

namespace {

using namespace esplanade;
using namespace esplanade::ike::wire;  // NOLINT(google-build-using-namespace)
using core::ensure;

/// What a message does not keep: attributes nobody knows, selectors of unknown types.
void forget_unknown(Payload& payload) {
  if (auto* const sa = std::get_if<SaPayload>(&payload)) {
    for (auto& proposal : sa->proposals) {
      for (auto& transform : proposal.transforms) transform.has_unknown_attribute = false;
    }
  }
  if (auto* const ts = std::get_if<TsPayload>(&payload)) ts->unknown = 0;
}

/// Encrypted payloads are written elsewhere, and one without selectors is not written at all.
auto can_be_written(const Payload& payload) -> bool {
  const auto* const ts = std::get_if<TsPayload>(&payload);
  const bool is_encrypted =
      std::holds_alternative<SkPayload>(payload) || std::holds_alternative<SkfPayload>(payload);
  return !is_encrypted && (ts == nullptr || !ts->selectors.empty());
}

void check_round_trip(Payloads payloads) {
  if (!std::ranges::all_of(payloads, can_be_written)) return;
  std::ranges::for_each(payloads, forget_unknown);
  const auto again = parse_payloads(first_type(payloads), write_payloads(payloads));
  ensure(again && *again == payloads);
}

void check_judgement(const Payloads& payloads) {
  for (const auto& exchange : iana::exchange_types) {
    for (const auto is_response : {false, true}) {
      (void)check_grammar(exchange.value, is_response, payloads);
    }
  }
}

void check_message(core::View datagram) {
  const auto message = parse_message(datagram);
  if (!message) return;
  ensure(message->header.length == datagram.size());
  check_judgement(message->payloads);
  check_round_trip(message->payloads);
}

void check_chain(iana::PayloadType first, core::View chain) {
  const auto payloads = parse_payloads(first, chain);
  if (!payloads) return;
  check_judgement(*payloads);
  check_round_trip(*payloads);
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  const auto first = std::to_integer<std::uint8_t>(input.front());
  const auto rest = input.subspan(1);
  if (first == 0) check_message(rest);
  if (first != 0) check_chain(iana::PayloadType{first}, rest);
  return 0;
}
