// Broken invariants of our own: they abort, in every build. Input from outside never ends here.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace esplanade::core {

/// Reports the place and aborts. For branches that only a mistake in this program can reach.
[[noreturn]] inline void bug(
    const std::source_location& at = std::source_location::current()) noexcept {
  std::fprintf(stderr, "esplanade: bug at %s:%u\n", at.file_name(),
               static_cast<unsigned>(at.line()));
  std::abort();
}

constexpr void ensure(bool holds,
                      const std::source_location& at = std::source_location::current()) noexcept {
  if (!holds) bug(at);
}

}  // namespace esplanade::core
