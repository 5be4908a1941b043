#include "ike/exchange/reassembly.h"

namespace esplanade::ike::exchange {

using core::Code;
using core::failure;

auto Reassembly::has(const Fragment& fragment) const noexcept -> bool {
  const auto& parts = fragment.is_response ? responses_ : requests_;
  return parts && parts->message_id == fragment.message_id && parts->total >= fragment.total &&
         (parts->total > fragment.total || parts->texts.contains(fragment.number));
}

auto Reassembly::add(const Fragment& fragment, core::Bytes text)
    -> core::Result<std::optional<Whole>> {
  if (fragment.number == 0 || fragment.number > fragment.total) return failure(Code::bad_value);
  if (has(fragment)) return std::nullopt;
  auto& parts = fragment.is_response ? responses_ : requests_;
  if (!parts || parts->message_id != fragment.message_id || parts->total < fragment.total) {
    parts = Parts{.message_id = fragment.message_id, .total = fragment.total, .size = 0,
                  .first_inner = {}, .texts = {}};
  }
  if (parts->size + text.size() > largest_message) {
    parts.reset();
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
  parts.reset();
  return whole;
}

}  // namespace esplanade::ike::exchange
