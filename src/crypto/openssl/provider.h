// OpenSSL 3 as crypto provider: the portable one.
#pragma once

#include "crypto/provider.h"

namespace esplanade::crypto::openssl {

/// The one instance; ready after the first call. Aborts where libcrypto lacks an algorithm the
/// registry lists.
[[nodiscard]] auto provider() -> Provider&;

/// OpenSSL 3.0 frees and allocates a digest's state each time a MAC starts anew, so HMAC would
/// allocate on the data road. This gives OpenSSL allocation functions that keep small blocks for
/// reuse, per thread. To be called by a program before anything else uses OpenSSL; false if that
/// came too late (then OpenSSL allocates as it likes).
auto recycle_allocations() noexcept -> bool;

}  // namespace esplanade::crypto::openssl
