#include "config/key_file.h"

#include "config/algorithms.h"
#include "config/check/key_hex.h"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace esplanade::config {
namespace {

constexpr std::string_view first_line = "# esplanade key file, version 1";

/// A setting as it stands in the file; borrows from it.
struct Line {
  std::size_t number = 0;
  std::string_view value;
};

struct Lines {
  std::optional<Line> esp, ah, key, auth_key;
};

auto refuse(std::size_t line, std::string_view why) -> std::unexpected<std::string> {
  return std::unexpected(fmt::format("line {}: {}", line, why));
}

auto trimmed(std::string_view text) -> std::string_view {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

auto take_line(std::string_view& text) -> std::string_view {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trimmed(line);
}

auto slot_for(std::string_view name, Lines& lines) -> std::optional<Line>* {
  if (name == "esp") return &lines.esp;
  if (name == "ah") return &lines.ah;
  if (name == "key") return &lines.key;
  if (name == "auth_key") return &lines.auth_key;
  return nullptr;
}

auto add_line(std::string_view line, std::size_t number, Lines& to)
    -> std::expected<void, std::string> {
  if (line.empty() || line.starts_with('#')) return {};
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return refuse(number, "expected `name = value`");
  auto* slot = slot_for(trimmed(line.substr(0, equals)), to);
  if (slot == nullptr)
    return refuse(number, "a key file has only `esp` or `ah`, `key` and `auth_key`");
  if (*slot) return refuse(number, "this setting stands here a second time");
  *slot = Line{.number = number, .value = trimmed(line.substr(equals + 1))};
  return {};
}

auto split(std::string_view text) -> std::expected<Lines, std::string> {
  if (take_line(text) != first_line) {
    return refuse(1, fmt::format("a key file begins with `{}`", first_line));
  }
  Lines lines;
  for (std::size_t number = 2; !text.empty(); ++number) {
    TRY(add_line(take_line(text), number, lines));
  }
  return lines;
}

auto parse_key(const std::optional<Line>& line, std::string_view name, std::size_t wanted)
    -> std::expected<sa::IntegrityKey, std::string> {
  if (!line) return std::unexpected(fmt::format("there is no `{}`", name));
  auto key = check::parse_key_hex(line->value, wanted);
  if (!key) return refuse(line->number, fmt::format("`{}` {}", name, key.error()));
  return key;
}

auto parse_keys(const Lines& lines, const sa::EspAlgorithms& algorithms)
    -> std::expected<sa::EspKeys, std::string> {
  const auto encryption_size = check::encryption_key_size(algorithms);
  sa::EspKeys keys;
  if (encryption_size == 0 && lines.key) {
    return refuse(lines.key->number, "these algorithms take no `key`, but an `auth_key`");
  }
  if (encryption_size != 0) {
    keys.encryption = sa::EncryptionKey(TRY(parse_key(lines.key, "key", encryption_size)).reveal());
  }
  const auto integrity_size = check::integrity_key_size(algorithms);
  if (integrity_size == 0 && lines.auth_key) {
    return refuse(lines.auth_key->number, "an AEAD takes no `auth_key`");
  }
  if (integrity_size != 0) {
    keys.integrity = TRY(parse_key(lines.auth_key, "auth_key", integrity_size));
  }
  return keys;
}

auto as_text(core::View bytes) -> std::string_view {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

auto parse_key_file(const KeyText& text) -> std::expected<KeyFileContent, std::string> {
  const auto lines = TRY(split(as_text(text.reveal())));
  if (!lines.esp && !lines.ah) return std::unexpected<std::string>("there is no `esp` and no `ah`");
  if (lines.esp && lines.ah) return refuse(lines.ah->number, "`esp` and `ah` exclude each other");
  const auto protocol = lines.esp ? sa::Protocol::esp : sa::Protocol::ah;
  const auto& line = lines.esp ? *lines.esp : *lines.ah;
  const auto algorithms = parse_algorithms(protocol, line.value);
  // The proposal's own sentence would quote what may be a key on the wrong line.
  if (!algorithms) {
    return refuse(line.number,
                  fmt::format("`{}` is no proposal this version knows", word_of(protocol)));
  }
  auto keys = TRY(parse_keys(lines, *algorithms));
  return KeyFileContent{.protocol = protocol, .algorithms = *algorithms, .keys = std::move(keys)};
}

auto write_key_file(const KeyFileContent& content) -> KeyText {
  std::string text;
  text.reserve(key_file_max);  // in one piece, so that all of it is wiped below
  const auto add_key = [&](std::string_view name, core::View key) {
    auto hex = core::to_hex(key);
    text.append(name).append(" = 0x").append(hex).append("\n");
    core::wipe(std::as_writable_bytes(std::span(hex)));
  };
  text.append(first_line).append("\n");
  text.append(word_of(content.protocol)).append(" = ");
  text.append(to_string(content.protocol, content.algorithms)).append("\n");
  if (!content.keys.encryption.empty()) add_key("key", content.keys.encryption.reveal());
  if (!content.keys.integrity.empty()) add_key("auth_key", content.keys.integrity.reveal());
  KeyText written(core::as_view(text));
  core::wipe(std::as_writable_bytes(std::span(text)));
  return written;
}

}  // namespace esplanade::config
