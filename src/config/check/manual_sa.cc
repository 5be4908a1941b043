#include "config/check/manual_sa.h"

#include "config/algorithms.h"
#include "config/check/key_hex.h"
#include "config/key_file.h"

#include <fmt/format.h>

namespace esplanade::config::check {
namespace {

constexpr auto setting_names =
    std::to_array<std::string_view>({"spi", "esp", "ah", "key", "key_file", "auth_key", "source"});

constexpr std::uint64_t least_spi = 256;  // RFC 4303, 2.1: 1 to 255 are reserved

/// The settings that make one SA's keys; what is absent is a nullptr.
struct KeySettings {
  const syntax::Setting* proposal;
  const syntax::Setting* key;
  const syntax::Setting* auth_key;
  const syntax::Setting* key_file;
};

struct Algorithms {
  sa::Protocol protocol{};
  sa::EspAlgorithms algorithms;
  auto operator==(const Algorithms&) const -> bool = default;
};

auto to_string(const Algorithms& chosen) -> std::string {
  return config::to_string(chosen.protocol, chosen.algorithms);
}

auto algorithms_of(const ManualSa& sa) -> Algorithms { return {sa.protocol, sa.algorithms}; }

auto read_algorithms(const syntax::Setting& proposal, Checker& check) -> std::optional<Algorithms> {
  const auto protocol = proposal.key == "ah" ? sa::Protocol::ah : sa::Protocol::esp;
  const auto algorithms = parse_algorithms(protocol, *proposal.value);
  if (algorithms) return Algorithms{protocol, *algorithms};
  check.complain(proposal.value_place, algorithms.error());
  return std::nullopt;
}

auto read_key(const syntax::Setting& setting, const Algorithms& algorithms, std::size_t wanted,
              Checker& check) -> sa::IntegrityKey {
  auto key = parse_key_hex(*setting.value, wanted);
  if (key) return *std::move(key);
  check.complain(setting.value_place, fmt::format("`{}` {}", setting.key, key.error()),
                 fmt::format("{} takes 0x and the hexadecimal digits of {} octets",
                             to_string(algorithms), wanted));
  return {};
}

/// A counter that starts anew under the same key gives away plaintext and the authentication key. A
/// key file can be marked as used; a line of the configuration cannot.
void complain_counter_mode(const syntax::Setting& key, Checker& check) {
  check.complain(key.key_place, "counter-mode keys cannot be written here",
                 "a repeated IV breaks AES-GCM (RFC 4106), and numbering starts anew at every "
                 "start: make a file with `esplanade keygen` and name it with `key_file`");
}

void read_encryption_key(const KeySettings& from, const Place& section, Checker& check,
                         ManualSa& to) {
  const auto wanted = encryption_key_size(to.algorithms);
  if (wanted == 0 && from.key != nullptr) {
    check.complain(from.key->key_place,
                   fmt::format("{} takes no `key`", to_string(algorithms_of(to))),
                   "it does not encrypt: what it authenticates with is the `auth_key`");
  } else if (wanted != 0 && from.key == nullptr) {
    check.complain(section, fmt::format("{} also takes a `key`, of {} octets",
                                        to_string(algorithms_of(to)), wanted));
  } else if (wanted != 0) {
    const auto key = read_key(*from.key, algorithms_of(to), wanted, check);
    to.keys.encryption = sa::EncryptionKey(key.reveal());
  }
}

void read_integrity_key(const KeySettings& from, const Place& section, Checker& check,
                        ManualSa& to) {
  const auto wanted = integrity_key_size(to.algorithms);
  if (wanted == 0 && from.auth_key != nullptr) {
    check.complain(from.auth_key->key_place,
                   fmt::format("{} takes no `auth_key`", to_string(algorithms_of(to))),
                   "it authenticates with the key it encrypts with");
  } else if (wanted != 0 && from.auth_key == nullptr) {
    check.complain(from.key != nullptr ? from.key->key_place : section,
                   fmt::format("{} also takes an `auth_key`, of {} octets",
                               to_string(algorithms_of(to)), wanted));
  } else if (wanted != 0) {
    to.keys.integrity = read_key(*from.auth_key, algorithms_of(to), wanted, check);
  }
}

void read_written_keys(const KeySettings& from, const Place& section, Checker& check,
                       ManualSa& to) {
  if (from.proposal == nullptr) {
    check.complain(section, "`esp` or `ah` is missing",
                   "as `esp = aes256-sha256`, or `ah = sha256` to authenticate alone");
    return;
  }
  const auto chosen = read_algorithms(*from.proposal, check);
  if (!chosen) return;
  to.protocol = chosen->protocol;
  to.algorithms = chosen->algorithms;
  if (needs_unique_numbers(to.algorithms)) {
    complain_counter_mode(from.key != nullptr ? *from.key : *from.auth_key, check);
    if (from.key != nullptr) read_integrity_key(from, section, check, to);
    return;
  }
  read_encryption_key(from, section, check, to);
  read_integrity_key(from, section, check, to);
}

void compare_algorithms(const syntax::Setting& proposal, const ManualSa& sa, Checker& check) {
  const auto algorithms = read_algorithms(proposal, check);
  if (!algorithms || *algorithms == algorithms_of(sa)) return;
  const auto text = [&](const Algorithms& chosen) {
    const bool is_told = algorithms->protocol != sa.protocol;  // some words are of both
    return is_told ? fmt::format("{} of {}", to_string(chosen), config::to_string(chosen.protocol))
                   : to_string(chosen);
  };
  check.complain(proposal.value_place, fmt::format("{} holds keys for {}, not for {}", *sa.key_file,
                                                   text(algorithms_of(sa)), text(*algorithms)));
}

void read_file_keys(const KeySettings& from, Loader& files, Checker& check, ManualSa& to) {
  const auto& setting = *from.key_file;
  to.key_file = syntax::path_beside(setting.value_place.file, *setting.value);
  if (from.auth_key != nullptr) {
    check.complain(from.auth_key->key_place, "`auth_key` belongs in the key file");
  }
  const auto file = files.read_key_file(*to.key_file);
  if (!file) {
    check.complain(setting.value_place,
                   fmt::format("cannot read {}: {}", *to.key_file, file.error().why));
    return;
  }
  auto content = parse_key_file(file->text);
  if (!content) {
    check.complain(setting.value_place, fmt::format("{}: {}", *to.key_file, content.error()),
                   "`esplanade keygen` makes such files");
    return;
  }
  to.protocol = content->protocol;
  to.algorithms = content->algorithms;
  to.keys = std::move(content->keys);
  to.is_used = file->is_used;
  if (from.proposal != nullptr) compare_algorithms(*from.proposal, to, check);
}

void read_keys(const syntax::Section& section, Loader& files, Checker& check, ManualSa& to) {
  const auto* const esp = section.find("esp");
  const auto* const ah = section.find("ah");
  const KeySettings from = {.proposal = ah != nullptr ? ah : esp,
                            .key = section.find("key"),
                            .auth_key = section.find("auth_key"),
                            .key_file = section.find("key_file")};
  if (ah != nullptr && esp != nullptr) {
    check.complain(ah->key_place, "`ah` and `esp` exclude each other",
                   "an SA is of one protocol; ESP authenticates as well");
    return;
  }
  if (from.key != nullptr && from.key_file != nullptr) {
    check.complain(from.key_file->key_place, "`key` and `key_file` exclude each other");
  } else if (from.key_file != nullptr) {
    read_file_keys(from, files, check, to);
  } else if (from.key != nullptr || from.auth_key != nullptr) {
    read_written_keys(from, section.place, check, to);
  } else {
    check.complain(section.place, fmt::format("`{}` has no key", section.name),
                   "name a file that `esplanade keygen` made, with `key_file`, or write `key`");
  }
}

void read_spi(const syntax::Section& section, Checker& check, ManualSa& to) {
  if (section.find("spi") == nullptr) {
    check.complain(section.place, fmt::format("`{}` has no `spi`", section.name),
                   "any number from 256 that both ends agree on, as `spi = 0x1001`");
    return;
  }
  read(section, "spi", check, number(least_spi, 0xffffffff), to.spi);
}

}  // namespace

auto read_manual_sa(const syntax::Section& section, Loader& files, Checker& check) -> ManualSa {
  check_names(section, {.settings = setting_names, .sections = {}}, check);
  ManualSa sa;
  sa.place = section.place;
  read_spi(section, check, sa);
  read_keys(section, files, check, sa);
  return sa;
}

}  // namespace esplanade::config::check
