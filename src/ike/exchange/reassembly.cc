#include "ike/exchange/reassembly.h"

#include <algorithm>

namespace esplanade::ike::exchange {

using core::Code;
using core::failure;

auto Reassembly::find(const Fragment& fragment) const noexcept
    -> std::vector<Parts>::const_iterator {
  return std::ranges::find_if(messages_, [&](const Parts& parts) {
    return parts.message_id == fragment.message_id && parts.is_response == fragment.is_response;
  });
}

auto Reassembly::has(const Fragment& fragment) const noexcept -> bool {
  const auto parts = find(fragment);
  return parts != messages_.end() && parts->total >= fragment.total &&
         (parts->total > fragment.total || parts->texts.contains(fragment.number));
}

/// The message a fragment belongs to; begun, or begun again in a larger number of parts.
auto Reassembly::open(const Fragment& fragment, core::Time now) -> std::vector<Parts>::iterator {
  auto parts = messages_.begin() + (find(fragment) - messages_.cbegin());
  if (parts != messages_.end() && parts->total == fragment.total) return parts;
  if (parts != messages_.end()) messages_.erase(parts);
  if (messages_.size() == most_unfinished) messages_.erase(messages_.begin());
  messages_.push_back({.begun = now,
                       .message_id = fragment.message_id,
                       .is_response = fragment.is_response,
                       .total = fragment.total,
                       .size = 0,
                       .first_inner = {},
                       .texts = {}});
  return messages_.end() - 1;
}

void Reassembly::forget_until(core::Time time) {
  std::erase_if(messages_, [time](const Parts& parts) { return parts.begun <= time; });
}

auto Reassembly::oldest() const noexcept -> std::optional<core::Time> {
  if (messages_.empty()) return std::nullopt;
  return messages_.front().begun;
}

auto Reassembly::add(const Fragment& fragment, core::Bytes text, core::Time now)
    -> core::Result<std::optional<Whole>> {
  if (fragment.number == 0 || fragment.number > fragment.total) return failure(Code::bad_value);
  if (has(fragment)) return std::nullopt;
  const auto parts = open(fragment, now);
  if (parts->size + text.size() > largest_message) {
    messages_.erase(parts);
    return failure(Code::exhausted);
  }
  parts->size += text.size();
  if (fragment.number == 1) parts->first_inner = fragment.first_inner;
  parts->texts.emplace(fragment.number, std::move(text));
  if (parts->texts.size() < parts->total) return std::nullopt;

  auto whole = Whole{.first_inner = parts->first_inner, .chain = {}};
  whole.chain.reserve(parts->size);
  for (const auto& [number, part] : parts->texts) {
    whole.chain.insert(whole.chain.end(), part.begin(), part.end());
  }
  messages_.erase(parts);
  return whole;
}

}  // namespace esplanade::ike::exchange
