// An SA as a line of Wireshark's esp_sa table, which Wireshark, tshark and `esplanade decode` read;
// what Wireshark has no word for, and SAs of AH, `esplanade decode` alone:
//
//   "IPv4","192.0.2.1","192.0.2.2","0x00001001","AES-GCM with 16 octet ICV
//   [RFC4106]","0x..","NULL",""
//
// Such a line decrypts the traffic of its SA: it belongs where only its owner can read it.
#pragma once

#include "core/secret.h"
#include "sa/sa_parameters.h"

namespace esplanade::sa {

/// Longest line: IPv6, the longest names, the keys of EspKeys in hexadecimal.
using EspKeyTableRow = core::Secret<512>;

/// The line with its newline. `parameters` have keys, and algorithms out of wireshark_names.h,
/// which are all that can be provided.
[[nodiscard]] auto esp_key_table_row(const SaParameters& parameters) -> EspKeyTableRow;

}  // namespace esplanade::sa
