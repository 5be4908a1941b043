// Which of many ordered rules is the first that a packet falls under, at a cost that does not grow
// with their number.
//
//   index.add(0, selectors_of_rule_0);  index.add(1, ...);       // rules in ascending order
//   index.find_first(packet, direction, [](std::uint32_t rule) { return true; });
//
// Tuple space search: a rule is filed by as much of its addresses, protocol and ports as can be
// compared exactly; all rules that are filed by the same parts share a hash table, and there are
// few such kinds of rules. Prefix lengths are rounded down to a few, so that the kinds stay few.
// What is found so is compared with the rule's own selectors: filing decides how fast the answer
// is, never what it is.
//
// Tables are asked in the order of the first rule each holds, and no longer than an earlier rule
// may be in them.
//
// Threads: one owner.   Allocates: add() only.
#pragma once

#include "net/address_hash.h"
#include "net/datagram.h"
#include "policy/match.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace esplanade::policy {

class SelectorIndex {
 public:
  /// `rule` is not below any that was added before; `selectors` live as long as the index.
  void add(std::uint32_t rule, const sa::Selectors& selectors);

  /// The first rule whose selectors hold `packet` and which `accept(rule)` takes.
  template <class Accept>
  [[nodiscard]] auto find_first(const net::Datagram& packet, sa::Direction direction,
                                const Accept& accept) const noexcept
      -> std::optional<std::uint32_t>;

 private:
  /// The parts of a packet that rules of one kind are filed by.
  struct Kind {
    net::Family family{};
    std::uint8_t our_bits = 0, their_bits = 0;  ///< of the addresses
    bool has_protocol = false, has_our_port = false, has_their_port = false;
    auto operator==(const Kind&) const -> bool = default;
  };
  struct Key {
    net::Address ours, theirs;
    std::uint32_t ports = 0;  ///< ours, then theirs; 0 where they are no part
    iana::IpProtocol protocol{};
    auto operator==(const Key&) const -> bool = default;
  };
  struct KeyHash {
    [[nodiscard]] auto operator()(const Key& key) const noexcept -> std::size_t;
  };
  struct Rule {
    std::uint32_t number = 0;
    /// To be compared with; nullptr where the key says it all, which spares the memory they are in.
    const sa::Selectors* selectors = nullptr;
    auto operator==(const Rule&) const -> bool = default;
  };
  /// Rules of one key, ascending; mostly there is one.
  struct Rules {
    Rule first;
    std::vector<Rule> more;
  };
  struct Table {
    Kind kind;
    std::uint32_t first = 0;  ///< the lowest rule in it
    std::unordered_map<Key, Rules, KeyHash> rules;
  };
  /// A packet as the rules see it.
  struct Ends {
    net::Address ours, theirs;
    iana::IpProtocol protocol{};
    std::optional<std::uint16_t> our_port, their_port;
  };

  /// One end of a rule.
  struct FiledEnd {
    sa::TrafficSelector selector;
    std::uint8_t bits = 0;  ///< of its addresses, that it is filed by
    /// A packet with the same filed parts is in the selector.
    bool is_whole = false;
  };

  [[nodiscard]] static auto filed_ends(const std::vector<sa::TrafficSelector>& selectors)
      -> std::vector<FiledEnd>;
  void file(const Rule& rule, const Kind& kind, const Key& key);
  void file_pair(const Rule& rule, const FiledEnd& ours, const FiledEnd& theirs);
  /// The first of `rules` below `limit` that holds the packet.
  template <class Holds>
  [[nodiscard]] static auto first_of(const Rules& rules, std::optional<std::uint32_t> limit,
                                     const Holds& holds) noexcept -> std::optional<std::uint32_t>;
  [[nodiscard]] static auto ends_of(const net::Datagram& packet, sa::Direction direction) noexcept
      -> Ends;
  /// Nothing if the packet does not show what rules of this kind are filed by.
  [[nodiscard]] static auto key_of(const Ends& ends, const Kind& kind) noexcept
      -> std::optional<Key>;

  std::vector<Table> tables_;  ///< by `first`
};

template <class Accept>
auto SelectorIndex::find_first(const net::Datagram& packet, sa::Direction direction,
                               const Accept& accept) const noexcept
    -> std::optional<std::uint32_t> {
  const auto holds = [&](const Rule& rule) {
    if (rule.selectors != nullptr && !matches(*rule.selectors, packet, direction)) return false;
    return static_cast<bool>(accept(rule.number));
  };
  const auto ends = ends_of(packet, direction);
  std::optional<std::uint32_t> best;
  for (const auto& table : tables_) {
    if (best && table.first >= *best) break;
    const auto key = key_of(ends, table.kind);
    if (!key) continue;
    const auto found = table.rules.find(*key);
    if (found == table.rules.end()) continue;
    if (const auto better = first_of(found->second, best, holds)) best = better;
  }
  return best;
}

template <class Holds>
auto SelectorIndex::first_of(const Rules& rules, std::optional<std::uint32_t> limit,
                             const Holds& holds) noexcept -> std::optional<std::uint32_t> {
  const auto is_late = [limit](const Rule& rule) { return limit && rule.number >= *limit; };
  if (is_late(rules.first)) return std::nullopt;
  if (holds(rules.first)) return rules.first.number;
  for (const auto& rule : rules.more) {
    if (is_late(rule)) break;
    if (holds(rule)) return rule.number;
  }
  return std::nullopt;
}

}  // namespace esplanade::policy
