#include "config/check/manual_sa.h"

#include "config/check/key_hex.h"
#include "config/esp_proposal.h"
#include "config/key_file.h"
#include "crypto/registry.h"

#include <fmt/format.h>

namespace esplanade::config::check {
namespace {

constexpr auto setting_names =
    std::to_array<std::string_view>({"spi", "esp", "key", "key_file", "auth_key"});

constexpr std::uint64_t least_spi = 256;  // RFC 4303, 2.1: 1 to 255 are reserved

/// The settings that make one SA's keys; what is absent is a nullptr.
struct KeySettings {
  const syntax::Setting* esp;
  const syntax::Setting* key;
  const syntax::Setting* auth_key;
  const syntax::Setting* key_file;
};

auto read_algorithms(const syntax::Setting& esp, Checker& check)
    -> std::optional<sa::EspAlgorithms> {
  const auto algorithms = parse_esp_proposal(*esp.value);
  if (algorithms) return *algorithms;
  check.complain(esp.value_place, algorithms.error());
  return std::nullopt;
}

auto read_key(const syntax::Setting& setting, const sa::EspAlgorithms& algorithms,
              std::size_t wanted, Checker& check) -> sa::IntegrityKey {
  auto key = parse_key_hex(*setting.value, wanted);
  if (key) return *std::move(key);
  check.complain(setting.value_place, fmt::format("`{}` {}", setting.key, key.error()),
                 fmt::format("{} takes 0x and the hexadecimal digits of {} octets",
                             to_string(algorithms), wanted));
  return {};
}

/// RFC 4106, 2 and RFC 4309, 2 (GCM-2-02, CCM-2-06): a counter that starts anew under the same
/// key gives away plaintext and the authentication key. A key file can be marked as used; a line
/// of the configuration cannot.
auto is_counter_mode(const sa::EspAlgorithms& algorithms) -> bool {
  const auto* info = crypto::find_encryption(algorithms.encryption);
  return info != nullptr && info->is_counter_mode;
}

void complain_counter_mode(const syntax::Setting& key, Checker& check) {
  check.complain(key.key_place, "counter-mode keys cannot be written here",
                 "a repeated IV breaks AES-GCM (RFC 4106), and numbering starts anew at every "
                 "start: make a file with `esplanade keygen` and name it with `key_file`");
}

void read_integrity_key(const KeySettings& from, Checker& check, ManualSa& to) {
  const auto wanted = integrity_key_size(to.algorithms);
  if (wanted == 0 && from.auth_key != nullptr) {
    check.complain(from.auth_key->key_place,
                   fmt::format("{} takes no `auth_key`", to_string(to.algorithms)),
                   "it authenticates with the key it encrypts with");
  } else if (wanted != 0 && from.auth_key == nullptr) {
    check.complain(from.key->key_place, fmt::format("{} also takes an `auth_key`, of {} octets",
                                                    to_string(to.algorithms), wanted));
  } else if (wanted != 0) {
    to.keys.integrity = read_key(*from.auth_key, to.algorithms, wanted, check);
  }
}

void read_written_keys(const KeySettings& from, const Place& section, Checker& check,
                       ManualSa& to) {
  if (from.esp == nullptr) {
    check.complain(section, "`esp` is missing", "as `esp = aes256-sha256`");
    return;
  }
  const auto algorithms = read_algorithms(*from.esp, check);
  if (!algorithms) return;
  to.algorithms = *algorithms;
  if (is_counter_mode(*algorithms)) {
    complain_counter_mode(*from.key, check);
  } else {
    const auto wanted = encryption_key_size(*algorithms);
    to.keys.encryption =
        sa::EncryptionKey(read_key(*from.key, *algorithms, wanted, check).reveal());
  }
  read_integrity_key(from, check, to);
}

void compare_algorithms(const syntax::Setting& esp, const ManualSa& sa, Checker& check) {
  const auto algorithms = read_algorithms(esp, check);
  if (!algorithms || *algorithms == sa.algorithms) return;
  check.complain(esp.value_place, fmt::format("{} holds keys for {}, not for {}", *sa.key_file,
                                              to_string(sa.algorithms), to_string(*algorithms)));
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
  to.algorithms = content->algorithms;
  to.keys = std::move(content->keys);
  to.is_used = file->is_used;
  if (from.esp != nullptr) compare_algorithms(*from.esp, to, check);
}

void read_keys(const syntax::Section& section, Loader& files, Checker& check, ManualSa& to) {
  const KeySettings from = {.esp = section.find("esp"),
                            .key = section.find("key"),
                            .auth_key = section.find("auth_key"),
                            .key_file = section.find("key_file")};
  if (from.key != nullptr && from.key_file != nullptr) {
    check.complain(from.key_file->key_place, "`key` and `key_file` exclude each other");
  } else if (from.key_file != nullptr) {
    read_file_keys(from, files, check, to);
  } else if (from.key != nullptr) {
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
