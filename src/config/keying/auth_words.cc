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

struct KeyWord {
  std::string_view word;
  std::vector<SignatureKind> kinds;
  unsigned most_bits;  ///< the least strength that every key has here anyway
};

auto key_words() -> const std::vector<KeyWord>& {
  using enum SignatureKind;
  static const std::vector<KeyWord> words = {
      {"pubkey", {ecdsa, rsa_pss, rsa_pkcs1, eddsa}, 0},
      {"rsa", {rsa_pss, rsa_pkcs1}, 2048},
      {"rsa/pss", {rsa_pss}, 2048},
      {"ecdsa", {ecdsa}, 256},
      {"ed25519", {eddsa}, 256},
      {"ed448", {eddsa}, 456},
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

/// What the words say, before it is multiplied out.
struct Choice {
  std::vector<SignatureKind> kinds;
  std::vector<HashId> hashes;
  const KeyWord* last = nullptr;
  bool is_any = false;  ///< `pubkey`
};

using Done = std::expected<void, check::Misfit>;

auto misfit(std::string_view found, std::string wanted, std::string hint = {})
    -> std::unexpected<check::Misfit> {
  return std::unexpected(check::Misfit{
      .wanted = std::move(wanted), .found = std::string(found), .hint = std::move(hint)});
}

void add_key(const KeyWord& word, Choice& to) {
  to.last = &word;
  to.is_any = to.is_any || word.word == "pubkey";
  for (const auto kind : word.kinds) {
    if (std::ranges::find(to.kinds, kind) == to.kinds.end()) to.kinds.push_back(kind);
  }
}

auto take_strength(std::string_view word, const Choice& choice) -> Done {
  unsigned bits = 0;
  const auto* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, bits);
  if (error != std::errc() || stop != end) return misfit(word, "made of known words");
  if (choice.last != nullptr && bits <= choice.last->most_bits) return {};
  return misfit(word, "without a least strength of keys there",
                "RSA has 2048 bits and ECDSA 256 at least in any case; `cacerts` can ask for more "
                "than this version's `auth`");
}

auto take_word(std::string_view word, Choice& to) -> Done {
  const auto key = std::ranges::find(key_words(), word, &KeyWord::word);
  if (key != key_words().end()) {
    add_key(*key, to);
    return {};
  }
  const auto* hash = std::ranges::find(hash_words, word, &HashWord::word);
  if (hash != hash_words.end()) {
    to.hashes.push_back(hash->hash);
    return {};
  }
  if (word == "sha1") {
    return misfit(word, "without `sha1`", "RFC 8247 rules out signatures with SHA-1");
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

auto schemes_of(Choice choice) -> std::vector<SignatureScheme> {
  std::vector<SignatureScheme> schemes;
  if (choice.is_any && choice.hashes.empty()) return schemes;
  if (choice.hashes.empty()) {
    choice.hashes = {HashId::sha2_256, HashId::sha2_384, HashId::sha2_512};
  }
  const auto named_eddsa =
      !choice.is_any && std::ranges::find(choice.kinds, SignatureKind::eddsa) != choice.kinds.end();
  if (named_eddsa) choice.hashes.push_back(HashId::identity);
  for (const auto hash : choice.hashes) {
    for (const auto kind : choice.kinds) {
      const SignatureScheme scheme{.kind = kind, .hash = hash};
      const auto is_new = std::ranges::find(schemes, scheme) == schemes.end();
      if (fits(kind, hash) && is_new) schemes.push_back(scheme);
    }
  }
  return schemes;
}

/// Hashes alone are for any key.
auto parse_words(std::string_view text, std::size_t offset) -> check::Parsed<Choice> {
  Choice choice;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('-', begin), text.size());
    auto taken = take_word(text.substr(begin, end - begin), choice);
    if (!taken) {
      taken.error().offset = offset + begin;
      return std::unexpected(std::move(taken).error());
    }
    begin = end + 1;
  }
  if (choice.kinds.empty()) add_key(key_words().front(), choice);
  return choice;
}

}  // namespace

auto parse_auth(std::string_view text) -> check::Parsed<AuthWords> {
  if (text == "psk") return AuthWords{.kind = policy::AuthKind::psk, .schemes = {}};
  if (text.starts_with("eap")) {
    return misfit(text, "`psk` or `pubkey`", "EAP is not in this version");
  }
  if (text.starts_with("xauth")) {
    return misfit(text, "`psk` or `pubkey`", "XAuth is of IKEv1, which this version does not have");
  }
  const std::size_t offset = text.starts_with("ike:") ? 4 : 0;
  auto choice = TRY(parse_words(text.substr(offset), offset));
  return AuthWords{.kind = policy::AuthKind::public_key, .schemes = schemes_of(std::move(choice))};
}

}  // namespace esplanade::config::keying
