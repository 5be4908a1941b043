#include "config/keying/auth_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace esplanade::config::keying {
namespace {

using crypto::SignatureKind;
using crypto::SignatureScheme;
using iana::HashId;

/// What bits behind a kind of key are about.
enum class Strength : std::uint8_t { none, rsa, ecdsa };

struct KeyWord {
  std::string_view word;
  std::vector<SignatureKind> kinds;
  Strength strength = Strength::none;
};

auto key_words() -> const std::vector<KeyWord>& {
  using enum SignatureKind;
  static const std::vector<KeyWord> words = {
      {"pubkey", {ecdsa, rsa_pss, rsa_pkcs1, eddsa}, Strength::none},
      {"rsa", {rsa_pss, rsa_pkcs1}, Strength::rsa},
      {"rsa/pss", {rsa_pss}, Strength::rsa},
      {"ecdsa", {ecdsa}, Strength::ecdsa},
      {"ed25519", {eddsa}, Strength::none},
      {"ed448", {eddsa}, Strength::none},
  };
  return words;
}

struct HashWord {
  std::string_view word;
  HashId hash;
};

constexpr auto hash_words = std::to_array<HashWord>({
    {"sha256", HashId::sha2_256},
    {"sha384", HashId::sha2_384},
    {"sha512", HashId::sha2_512},
    {"identity", HashId::identity},
});

/// A kind of key with the hashes that follow it.
struct Group {
  const KeyWord* key;
  std::vector<HashId> hashes;
};

/// What stands before `ike:`, or behind it.
struct Part {
  std::vector<Group> groups;
  unsigned least_rsa_bits = 0;
  unsigned least_ecdsa_bits = 0;
};

using Done = std::expected<void, check::Misfit>;

auto misfit(std::string_view found, std::string wanted, std::string hint = {})
    -> std::unexpected<check::Misfit> {
  return std::unexpected(check::Misfit{
      .wanted = std::move(wanted), .found = std::string(found), .hint = std::move(hint)});
}

auto take_strength(std::string_view word, Part& to) -> Done {
  constexpr unsigned most = 16384;
  unsigned bits = 0;
  const auto* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, bits);
  if (error != std::errc() || stop != end || bits > most) return misfit(word, "of known words");
  const auto strength = to.groups.empty() ? Strength::none : to.groups.back().key->strength;
  switch (strength) {
    case Strength::none:
      return misfit(word, "without bits there",
                    "they stand behind `rsa` or `ecdsa`, as in rsa-3072 or ecdsa-384");
    case Strength::rsa:   to.least_rsa_bits = bits; return {};
    case Strength::ecdsa: to.least_ecdsa_bits = bits; return {};
  }
  core::bug();
}

/// A hash without a kind of key is for any.
void take_hash(HashId hash, Part& to) {
  if (to.groups.empty()) to.groups.push_back({&key_words().front(), {}});
  to.groups.back().hashes.push_back(hash);
}

auto take_word(std::string_view word, Part& to) -> Done {
  const auto key = std::ranges::find(key_words(), word, &KeyWord::word);
  if (key != key_words().end()) {
    to.groups.push_back({&*key, {}});
    return {};
  }
  const auto* hash = std::ranges::find(hash_words, word, &HashWord::word);
  if (hash != hash_words.end()) {
    take_hash(hash->hash, to);
    return {};
  }
  if (word == "sha1" || word == "md5") {
    return misfit(word, fmt::format("without `{}`", word), "RFC 8247 rules out signatures with it");
  }
  const auto is_number = !word.empty() && word.front() >= '0' && word.front() <= '9';
  if (is_number) return take_strength(word, to);
  return misfit(word, "`psk`, `pubkey`, or a kind of key with hashes",
                "as rsa-sha256, rsa/pss-sha512, ecdsa-sha384, ed25519");
}

/// EdDSA hashes by itself, the others do not go without (RFC 8420, 2).
auto fits(SignatureKind kind, HashId hash) -> bool {
  return (kind == SignatureKind::eddsa) == (hash == HashId::identity);
}

void add_schemes(const Group& group, std::vector<SignatureScheme>& to) {
  auto hashes = group.hashes;
  if (hashes.empty()) hashes = {HashId::sha2_256, HashId::sha2_384, HashId::sha2_512};
  // A key named by its curve needs no hash to be named.
  if (group.key->kinds.front() == SignatureKind::eddsa) hashes.push_back(HashId::identity);
  for (const auto hash : hashes) {
    for (const auto kind : group.key->kinds) {
      const SignatureScheme scheme{.kind = kind, .hash = hash};
      const auto is_new = std::ranges::find(to, scheme) == to.end();
      if (fits(kind, hash) && is_new) to.push_back(scheme);
    }
  }
}

/// Nothing where any will do: `pubkey` alone.
auto schemes_of(const Part& part) -> std::vector<SignatureScheme> {
  std::vector<SignatureScheme> schemes;
  for (const auto& group : part.groups) {
    if (group.key == &key_words().front() && group.hashes.empty()) return {};
    add_schemes(group, schemes);
  }
  return schemes;
}

/// A kind of key alone, as in `ecdsa`, is about the peer's own key: other kinds may stand above it.
auto demands_of(const Part& part) -> policy::ChainDemands {
  policy::ChainDemands demands{.least_rsa_bits = part.least_rsa_bits,
                               .least_ecdsa_bits = part.least_ecdsa_bits,
                               .schemes = {}};
  for (const auto& group : part.groups) {
    if (group.hashes.empty()) continue;
    add_schemes(group, demands.schemes);
  }
  return demands;
}

struct Parts {
  Part chain;
  std::optional<Part> ike;
};

auto parse_words(std::string_view text) -> check::Parsed<Parts> {
  constexpr std::string_view marker = "ike:";
  Parts parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('-', begin), text.size());
    if (text.substr(begin, end - begin).starts_with(marker)) {
      parts.ike.emplace();
      begin += marker.size();
    }
    auto taken = take_word(text.substr(begin, end - begin), parts.ike ? *parts.ike : parts.chain);
    if (!taken) {
      taken.error().offset = begin;
      return std::unexpected(std::move(taken).error());
    }
    begin = end + 1;
  }
  return parts;
}

}  // namespace

auto parse_auth(std::string_view text) -> check::Parsed<AuthWords> {
  if (text == "psk") return AuthWords{.kind = policy::AuthKind::psk, .schemes = {}, .chain = {}};
  if (text.starts_with("eap")) {
    return misfit(text, "`psk` or `pubkey`", "EAP is not in this version");
  }
  if (text.starts_with("xauth")) {
    return misfit(text, "`psk` or `pubkey`", "XAuth is of IKEv1, which this version does not have");
  }
  auto parts = TRY(parse_words(text));
  const auto ike = parts.ike.value_or(parts.chain);
  parts.chain.least_rsa_bits = std::max(parts.chain.least_rsa_bits, ike.least_rsa_bits);
  parts.chain.least_ecdsa_bits = std::max(parts.chain.least_ecdsa_bits, ike.least_ecdsa_bits);
  return AuthWords{.kind = policy::AuthKind::public_key,
                   .schemes = schemes_of(ike),
                   .chain = demands_of(parts.chain)};
}

}  // namespace esplanade::config::keying
