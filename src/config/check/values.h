// One value of text to one typed value, in the words and units of swanctl.conf.
#pragma once

#include "core/time.h"
#include "policy/connection.h"

#include <algorithm>
#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace esplanade::config::check {

/// Why a text is not such a value: "must be WANTED, not FOUND".
struct Misfit {
  std::string wanted;
  std::string found;
  std::string hint;
  std::size_t offset = 0;  ///< of `found` in the text
};

template <class T>
using Parsed = std::expected<T, Misfit>;

/// One word for one value.
template <class T>
struct Word {
  std::string_view word;
  T value{};
};

/// What the word of `words` that `text` is stands for; `wanted` names all of them.
template <class T, std::size_t N>
[[nodiscard]] auto choose(std::string_view text, const std::array<Word<T>, N>& words,
                          std::string_view wanted) -> Parsed<T> {
  const auto* it = std::ranges::find(words, text, &Word<T>::word);
  if (it != words.end()) return it->value;
  return std::unexpected(
      Misfit{.wanted = std::string(wanted), .found = std::string(text), .hint = {}});
}

/// Decimal, or hexadecimal behind 0x.
[[nodiscard]] auto parse_number(std::string_view text, std::uint64_t least, std::uint64_t most)
    -> Parsed<std::uint64_t>;

/// parse_number() with its bounds bound.
[[nodiscard]] inline auto number(std::uint64_t least, std::uint64_t most) {
  return [=](std::string_view text) { return parse_number(text, least, most); };
}

/// yes, true, enabled, 1; no, false, disabled, 0.
[[nodiscard]] auto parse_yes_no(std::string_view text) -> Parsed<bool>;

/// Seconds, or with s, m, h or d behind the number; 0 is no limit.
[[nodiscard]] auto parse_time(std::string_view text) -> Parsed<std::optional<core::Duration>>;

/// Octets, or with k, m or g behind the number (of 1024, its square, its cube); 0 is no limit.
[[nodiscard]] auto parse_octets(std::string_view text) -> Parsed<std::optional<std::uint64_t>>;

/// A number of packets; 0 is no limit.
[[nodiscard]] auto parse_count(std::string_view text) -> Parsed<std::optional<std::uint64_t>>;

/// Packets of a replay window; 0 turns the check off.
[[nodiscard]] auto parse_window(std::string_view text) -> Parsed<std::uint64_t>;

/// The value of `copy_df`.
[[nodiscard]] auto parse_df(std::string_view text) -> Parsed<sa::DfPolicy>;
/// swanctl's `copy_dscp`: out, in, yes or no. The outer DSCP is 0 where it is not copied.
struct CopiedDscp {
  sa::DscpMap outer;
  sa::InnerDscp inner = sa::InnerDscp::keep;
};
[[nodiscard]] auto parse_copy_dscp(std::string_view text) -> Parsed<CopiedDscp>;
[[nodiscard]] auto parse_copy_ecn(std::string_view text) -> Parsed<sa::Ecn>;

/// The value of `tfc_padding`: octets, or `mtu` for as many as the path takes.
[[nodiscard]] auto parse_padding(std::string_view text) -> Parsed<std::uint16_t>;

/// One address that packets can be sent from and to.
[[nodiscard]] auto parse_outer_address(std::string_view text) -> Parsed<net::Address>;

/// The same, or a multicast address.
[[nodiscard]] auto parse_outer_address_or_group(std::string_view text) -> Parsed<net::Address>;

/// "10.1.0.0/16[tcp/80], fd01::1-fd01::9, dynamic". Protocols by name or number; ports, where the
/// protocol has them, as a number or a range. For ICMP they are the type, or "type(code)".
[[nodiscard]] auto parse_selector_templates(std::string_view text)
    -> Parsed<std::vector<policy::SelectorTemplate>>;

/// The same; `dynamic` is `outer`.
[[nodiscard]] auto parse_selectors(std::string_view text, const net::Address& outer)
    -> Parsed<std::vector<sa::TrafficSelector>>;

/// A part of a list with commas, trimmed, and where it begins in the list.
struct Item {
  std::string_view text;
  std::size_t offset = 0;
};

/// Is this the address of one host, that packets can be sent from and to?
[[nodiscard]] auto is_host(const net::Address& address) -> bool;

/// A multicast address (RFC 1112, 4; RFC 4291, 2.7)?
[[nodiscard]] auto is_group(const net::Address& address) -> bool;

/// At least one item; it may be empty.
[[nodiscard]] auto split_list(std::string_view list) -> std::vector<Item>;

/// The values of all items, or the misfit of the first that is none.
template <class T, class Parse>
auto parse_list(std::string_view list, const Parse& parse) -> Parsed<std::vector<T>> {
  std::vector<T> values;
  for (const auto& [text, offset] : split_list(list)) {
    auto value = parse(text);
    if (!value) {
      value.error().offset = offset;
      return std::unexpected(std::move(value).error());
    }
    values.push_back(static_cast<T>(*std::move(value)));
  }
  return values;
}

}  // namespace esplanade::config::check
