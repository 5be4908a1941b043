// Wireshark's ikev2_decryption_table: whatever stands in it, a row that is taken has keys of its
// algorithms' lengths, and a complaint points into the text.
#include "cli/decode/ike_table.h"
#include "core/ensure.h"
#include "crypto/registry.h"

#include <algorithm>

using namespace esplanade;
using core::ensure;

namespace {

void check_half(const ike::keys::IkeSuite& suite, const ike::keys::HalfKeys& half) {
  const auto* const cipher = crypto::find_encryption(suite.encryption);
  const auto* const mac = crypto::find_integrity(suite.integrity);
  ensure(cipher != nullptr && cipher->is_aead() == (mac == nullptr));
  ensure(half.sk_e.size() == std::size_t{suite.key_bits} / 8 + cipher->salt_size);
  ensure(half.sk_a.size() == (mac == nullptr ? 0 : mac->key_size));
}

void check_row(const cli::decode::IkeTableRow& row) {
  const auto* const keys = std::get_if<cli::decode::IkeRowKeys>(&row.keys);
  if (keys == nullptr) return;
  check_half(keys->suite, keys->i);
  check_half(keys->suite, keys->r);
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
  const auto table = cli::decode::parse_ike_table(text);
  if (!table) check_problem(table.error(), text);
  if (table) std::ranges::for_each(*table, check_row);
  return 0;
}
