#include "ike/negotiate/selectors.h"

#include "ike/negotiate/selector_sets.h"

#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <set>

namespace esplanade::ike::negotiate {
namespace {

using net::Family;
using sa::TrafficSelector;

auto families_of(const Selectors& selectors) -> std::set<Family> {
  std::set<Family> families;
  for (const auto& selector : selectors) families.insert(selector.addresses.family());
  return families;
}

void keep_families(Selectors& selectors, const std::set<Family>& families) {
  std::erase_if(selectors, [&](const auto& selector) {
    return !families.contains(selector.addresses.family());
  });
}

auto is_port_of_icmp(const TrafficSelector& selector) -> bool {
  return selector.protocol == iana::IpProtocol::icmp ||
         selector.protocol == iana::IpProtocol::icmpv6;
}

auto protocol_text(const TrafficSelector& selector) -> std::string {
  if (!selector.protocol) return "any";
  const auto* row = iana::find_row(iana::ip_protocols, *selector.protocol);
  if (row == nullptr) return std::to_string(std::to_underlying(*selector.protocol));
  std::string name(row->name);
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return name;
}

// The type stands in the upper octet, the code in the lower (IKE2-3.13.1-03).
auto icmp_text(const sa::PortRange& ports) -> std::string {
  const auto type = ports.first >> 8;
  const auto last_type = ports.last >> 8;
  const auto has_all_codes = (ports.first & 0xff) == 0 && (ports.last & 0xff) == 0xff;
  if (has_all_codes && type == last_type) return std::to_string(type);
  if (has_all_codes) return fmt::format("{}-{}", type, last_type);
  if (ports.first == ports.last) return fmt::format("{}({})", type, ports.first & 0xff);
  return fmt::format("{}({})-{}({})", type, ports.first & 0xff, last_type, ports.last & 0xff);
}

auto port_text(const TrafficSelector& selector) -> std::string {
  const auto& ports = selector.ports;
  if (ports == opaque) return "opaque";
  if (is_port_of_icmp(selector)) return icmp_text(ports);
  if (ports.first == ports.last) return std::to_string(ports.first);
  return fmt::format("{}-{}", ports.first, ports.last);
}

auto text_of(const TrafficSelector& selector) -> std::string {
  auto addresses = selector.addresses.to_string();
  if (selector.ports.is_any() && !selector.protocol) return addresses;
  if (selector.ports.is_any()) return fmt::format("{}[{}]", addresses, protocol_text(selector));
  return fmt::format("{}[{}/{}]", addresses, protocol_text(selector), port_text(selector));
}

auto text_or_nothing(const Selectors& selectors) -> std::string {
  return selectors.empty() ? "nothing" : to_text(selectors);
}

/// Ports mean nothing without a protocol, OPAQUE ones as little as others (RFC 4301, 7.2;
/// ARCH-7.2-03): such a selector would take fragments of everything.
auto has_ports_of_nothing(const TrafficSelector& selector) -> bool {
  return !selector.protocol && !selector.ports.is_any();
}

/// Those that are `wanted`, none of them a part of another.
template <class IsWanted>
auto common_parts(const Selectors& offered, const Selectors& allowed, const IsWanted& is_wanted)
    -> Selectors {
  Selectors both;
  for (const auto& theirs : offered) {
    for (const auto& ours : allowed) {
      const auto part = common_part(theirs, ours);
      if (!part || !is_wanted(*part) || both.size() == most_selectors ||
          std::ranges::any_of(both, [&](const auto& other) { return contains(other, *part); })) {
        continue;
      }
      std::erase_if(both, [&](const auto& other) { return contains(*part, other); });
      both.push_back(*part);
    }
  }
  return both;
}

}  // namespace

auto concrete(const std::vector<policy::SelectorTemplate>& templates, const net::Address& own)
    -> Selectors {
  Selectors selectors;
  for (const auto& one : templates) {
    selectors.push_back({.addresses = one.addresses.value_or(net::Range(own, own)),
                         .protocol = one.protocol,
                         .ports = one.ports});
  }
  return selectors;
}

auto intersect(const Selectors& offered, const Selectors& allowed) -> Selectors {
  return common_parts(offered, allowed, [](const TrafficSelector&) { return true; });
}

auto are_ports_of_protocols(const Selectors& selectors) -> bool {
  return std::ranges::none_of(selectors, has_ports_of_nothing);
}

auto is_subset(const Selectors& inner, const Selectors& outer) -> bool {
  return std::ranges::all_of(inner,
                             [&](const auto& selector) { return is_covered(selector, outer); });
}

auto narrow(const Offer& offered, const Offer& allowed)
    -> std::expected<Narrowed, SelectorMismatch> {
  const auto is_wanted = std::not_fn(has_ports_of_nothing);
  Narrowed answer{.ts_i = common_parts(offered.ts_i, allowed.ts_i, is_wanted),
                  .ts_r = common_parts(offered.ts_r, allowed.ts_r, is_wanted)};
  const SelectorMismatch mismatch{.offered = offered,
                                  .allowed = allowed,
                                  .ts_i_fits = !answer.ts_i.empty(),
                                  .ts_r_fits = !answer.ts_r.empty()};
  keep_families(answer.ts_i, families_of(answer.ts_r));
  keep_families(answer.ts_r, families_of(answer.ts_i));
  if (answer.ts_i.empty() || answer.ts_r.empty()) return std::unexpected(mismatch);
  answer.is_whole = is_subset(offered.ts_i, answer.ts_i) && is_subset(offered.ts_r, answer.ts_r);
  return answer;
}

auto SelectorMismatch::to_sentence(const Voices& voices) const -> std::string {
  if (ts_i_fits && ts_r_fits) return "the selectors of the two sides share no address family";
  std::string sentence;
  if (!ts_i_fits) {
    sentence = fmt::format("{} for {} on {} side, {} {} there", voices.they_ask,
                           text_or_nothing(offered.ts_i), voices.their, voices.we_allow,
                           text_or_nothing(allowed.ts_i));
  }
  if (!ts_r_fits) {
    sentence += fmt::format("{}{} for {} on {} side, {} {} there", sentence.empty() ? "" : "; ",
                            voices.they_ask, text_or_nothing(offered.ts_r), voices.our,
                            voices.we_allow, text_or_nothing(allowed.ts_r));
  }
  return sentence;
}

auto to_text(const Selectors& selectors) -> std::string {
  std::string text;
  for (const auto& selector : selectors) {
    text += (text.empty() ? "" : " ") + text_of(selector);
  }
  return text;
}

}  // namespace esplanade::ike::negotiate
