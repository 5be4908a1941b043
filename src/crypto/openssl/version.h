// Which OpenSSL this process runs with, which may be newer than the one it was built with.
#pragma once

#include <string_view>

namespace esplanade::crypto::openssl {

/// "OpenSSL 3.0.15 3 Sep 2024"
[[nodiscard]] auto library_version() noexcept -> std::string_view;

}  // namespace esplanade::crypto::openssl
