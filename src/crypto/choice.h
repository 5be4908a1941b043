// Which provider protects packets: the fastest that computes what it should on this processor.
//
//   const auto choice = choose(Library::best);
//   log(choice->line);
#pragma once

#include "crypto/library.h"
#include "crypto/provider.h"

#include <expected>
#include <string>

namespace esplanade::crypto {

struct Choice {
  std::unique_ptr<Provider> owned;  ///< nullptr for OpenSSL's, which is one for all
  Provider& provider;
  std::string line;  ///< for the log: which, and how it came to be chosen
};

/// Tests ipsec-mb against OpenSSL before it is chosen; an algorithm that it gets wrong is left to
/// OpenSSL. An error, in words, only where `ipsecmb` is asked for and cannot be had.
[[nodiscard]] auto choose(Library wanted) -> std::expected<Choice, std::string>;

}  // namespace esplanade::crypto
