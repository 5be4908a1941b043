// "Did you mean": the known word that a misspelt one is most likely to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace esplanade::config::syntax {

/// Nothing if none is at most two slips away, or if that is most of the word.
[[nodiscard]] auto nearest(std::string_view word, std::span<const std::string_view> known)
    -> std::optional<std::string_view>;

/// "did you mean `x`?", or empty.
[[nodiscard]] auto did_you_mean(std::string_view word, std::span<const std::string_view> known)
    -> std::string;

}  // namespace esplanade::config::syntax
