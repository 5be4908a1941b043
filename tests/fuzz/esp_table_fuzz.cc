// Wireshark's esp_sa table: whatever stands in it, a row that is taken has keys of its algorithms'
// lengths, which for HMAC is any, and a complaint points into the text.
#include "cli/decode/esp_table.h"
#include "core/ensure.h"
#include "crypto/registry.h"

#include <algorithm>

using namespace esplanade;
using core::ensure;

namespace {

void check_row(const cli::decode::EspTableRow& row) {
  const auto* const keys = std::get_if<cli::decode::RowKeys>(&row.keys);
  if (keys == nullptr) return;
  const auto* const cipher = crypto::find_encryption(keys->algorithms.encryption);
  const auto* const mac = crypto::find_integrity(keys->algorithms.integrity);
  ensure(cipher != nullptr && cipher->is_aead() == (mac == nullptr));
  ensure(row.protocol == sa::Protocol::esp || !cipher->encrypts());
  ensure(keys->keys.encryption.size() ==
         std::size_t{keys->algorithms.key_bits} / 8 + cipher->salt_size);
  const auto size = keys->keys.integrity.size();
  const bool is_hmac = mac != nullptr && mac->is_hmac();
  ensure(is_hmac ? size > 0 : size == (mac == nullptr ? 0 : mac->material_size()));
  (void)row.matches(net::Address{}, net::Address{}, core::Spi{});
}

void check_problem(const cli::decode::TableProblem& problem, std::string_view text) {
  const auto newlines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  ensure(problem.line >= 1 && problem.line <= newlines + 1);
  ensure(problem.column >= 1 && problem.column <= text.size() + 1);
  ensure(!problem.what.empty());
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto table = cli::decode::parse_esp_table(text);
  if (!table) check_problem(table.error(), text);
  if (table) std::ranges::for_each(*table, check_row);
  return 0;
}
