// Whose code protects packets, as the configuration asks for it.
#pragma once

#include <cstdint>

namespace esplanade::crypto {

/// best: ipsec-mb where the processor runs it and it passes its test, else OpenSSL.
enum class Library : std::uint8_t { best, ipsecmb, openssl };

}  // namespace esplanade::crypto
