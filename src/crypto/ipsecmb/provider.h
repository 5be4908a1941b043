// Intel's ipsec-mb as crypto provider, for what it does faster than OpenSSL; the rest is OpenSSL's.
#pragma once

#include "crypto/algorithms.h"
#include "crypto/provider.h"

namespace esplanade::crypto::ipsecmb {

/// The library's code for one set of instructions, or for the best that the processor has.
enum class Variant : std::uint8_t { best, avx, avx2, avx512 };

/// Its name says library and variant: "ipsec-mb 1.3.0, AVX512 with VAES". What is in `left_out` is
/// OpenSSL's too. nullptr where the processor has not what the variant wants.
[[nodiscard]] auto make_provider(const Algorithms& left_out = {}, Variant variant = Variant::best)
    -> std::unique_ptr<Provider>;

/// What it does itself, at least for some lengths of keys.
[[nodiscard]] auto algorithms() -> Algorithms;

}  // namespace esplanade::crypto::ipsecmb
