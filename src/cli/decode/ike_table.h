// Wireshark's ikev2_decryption_table as keys to decode with. Columns: SPIs of the original
// initiator and responder, SK_ei, SK_er, encryption, SK_ai, SK_ar, integrity.
//
//   191ccd371a7a1f7b,bc123d15e4af593f,9096..,6718..,"AES-CBC-256 [RFC3602]",12d5..,30c4..,
//   "HMAC_SHA2_256_128 [RFC4868]"                                                   (one line)
//
// SPIs and keys are hexadecimal. For GCM, CCM, CTR and ChaCha20 the salt follows the key.
//
// Errors: one for a line that cannot be what its writer meant. A row whose algorithms we do not
// provide is kept, with the reason, so that its messages are not said to have no row.
#pragma once

#include "cli/decode/esp_table.h"
#include "ike/keys/suite.h"

namespace esplanade::cli::decode {

struct IkeRowKeys {
  ike::keys::IkeSuite suite;  ///< without PRF and key exchange, which opening does not need
  ike::keys::HalfKeys i, r;
};

struct IkeTableRow {
  std::size_t line = 0;
  ike::IkeSpis spis;
  std::variant<IkeRowKeys, Unsupported> keys;
};

using IkeTable = std::vector<IkeTableRow>;

[[nodiscard]] auto parse_ike_table(std::string_view text) -> TableResult<IkeTable>;

}  // namespace esplanade::cli::decode
