#include "sa/proposal_text.h"

#include "sa/proposal_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace esplanade::sa {
namespace {

using enum iana::TransformType;
using iana::EncryptionId;
using iana::IntegrityId;
using iana::PrfId;
using iana::SecurityProtocol;
using iana::TransformType;

struct Word {
  std::string_view text;
  std::size_t offset = 0;
};

using Done = std::expected<void, ProposalFault>;

auto refuse(const Word& word, std::string why, std::string hint = {})
    -> std::unexpected<ProposalFault> {
  return std::unexpected(
      ProposalFault{.offset = word.offset, .why = std::move(why), .hint = std::move(hint)});
}

auto name_of(SecurityProtocol protocol) -> std::string_view {
  return iana::find_row(iana::security_protocols, protocol)->name;
}

auto find_word(std::string_view text, SecurityProtocol protocol) -> const ProposalWord* {
  const auto serves = [&](const ProposalWord& row) {
    return row.word == text && (row.protocols & words::bit(protocol)) != 0;
  };
  const auto* it = std::ranges::find_if(words::all, serves);
  return it == words::all.end() ? nullptr : it;
}

/// Why a word that other programs know is not there.
auto unknown(const Word& word, SecurityProtocol protocol) -> std::unexpected<ProposalFault> {
  const auto is_known = [&](const ProposalWord& row) { return row.word == word.text; };
  if (std::ranges::any_of(words::all, is_known)) {
    return refuse(word, fmt::format("`{}` is nothing for {}", word.text, name_of(protocol)));
  }
  if (word.text.starts_with("ke") && word.text.find('_') != std::string_view::npos) {
    return refuse(word, fmt::format("`{}` is an additional key exchange (RFC 9370), which this "
                                    "version does not have",
                                    word.text));
  }
  auto fault = refuse(word, fmt::format("`{}` is no algorithm", word.text));
  fault.error().is_unknown_word = true;
  return fault;
}

auto add_word(const Word& word, Proposal& to) -> Done {
  if (word.text.empty()) return refuse(word, "an algorithm is missing here");
  const auto* row = find_word(word.text, to.protocol);
  if (row == nullptr) return unknown(word, to.protocol);
  if (!row->refusal.empty()) {
    return refuse(word, fmt::format("`{}` is refused: {}", word.text, row->refusal));
  }
  const auto is_there = std::ranges::find(to.transforms, row->transform) != to.transforms.end();
  if (!is_there) to.transforms.push_back(row->transform);
  return {};
}

auto has(const Proposal& proposal, TransformType type) -> bool {
  return std::ranges::find(proposal.transforms, type, &Transform::type) !=
         proposal.transforms.end();
}

auto is_aead(const Transform& transform) -> bool {
  using enum EncryptionId;
  if (transform.type != encryption) return false;
  const auto id = EncryptionId{transform.id};
  return (id >= encr_aes_ccm_8 && id <= encr_null_auth_aes_gmac) || id >= encr_chacha20_poly1305;
}

auto prf_of(IntegrityId integrity) -> std::optional<PrfId> {
  struct Row {
    IntegrityId integrity;
    PrfId prf;
  };
  constexpr auto rows = std::to_array<Row>({
      {IntegrityId::auth_hmac_sha1_96, PrfId::prf_hmac_sha1},
      {IntegrityId::auth_aes_xcbc_96, PrfId::prf_aes128_xcbc},
      {IntegrityId::auth_aes_cmac_96, PrfId::prf_aes128_cmac},
      {IntegrityId::auth_hmac_sha2_256_128, PrfId::prf_hmac_sha2_256},
      {IntegrityId::auth_hmac_sha2_384_192, PrfId::prf_hmac_sha2_384},
      {IntegrityId::auth_hmac_sha2_512_256, PrfId::prf_hmac_sha2_512},
  });
  const auto* row = std::ranges::find(rows, integrity, &Row::integrity);
  return row == rows.end() ? std::nullopt : std::optional(row->prf);
}

void add_prfs(Proposal& to) {
  const auto written = to.transforms;
  for (const auto& one : written) {
    if (one.type != integrity) continue;
    const auto prf = prf_of(IntegrityId{one.id});
    if (prf) to.transforms.push_back(transform(*prf));
  }
}

auto check_encryption(const Word& whole, const Proposal& proposal) -> Done {
  if (has(proposal, encryption)) return {};
  return refuse(whole, fmt::format("`{}` has no encryption", whole.text),
                proposal.protocol == SecurityProtocol::ike ? "as `aes256-sha256-x25519`"
                                                           : "as `aes256gcm16`");
}

/// Ciphers with integrity of their own and those without stand in proposals of their own
/// (RFC 7296, 3.3; IKE2-2.7-03).
auto check_ciphers(const Word& whole, Proposal& to) -> Done {
  const auto ciphers = std::ranges::count(to.transforms, encryption, &Transform::type);
  const auto aeads = std::ranges::count_if(to.transforms, is_aead);
  if (aeads != 0 && aeads != ciphers) {
    return refuse(whole,
                  "ciphers that bring integrity and such that need it cannot stand in one proposal",
                  "make two proposals of it, with a comma between");
  }
  const auto has_integrity = has(to, integrity);
  if (aeads != 0 && has_integrity) {
    return refuse(whole,
                  fmt::format("`{}` has integrity twice: an AEAD brings its own", whole.text));
  }
  // RFC 4301, 4.2 (ARCH-4.2-01) and RFC 8221, 4: encryption without integrity is not offered.
  if (aeads == 0 && !has_integrity) {
    return refuse(whole,
                  fmt::format("`{}` has no integrity, and without it encryption protects "
                              "nothing",
                              whole.text),
                  "add `sha256`");
  }
  return {};
}

/// Integrity stands for the PRF too where none is named, and for nothing else beside an AEAD.
void settle_prf(Proposal& to) {
  if (has(to, pseudorandom_function)) return;
  add_prfs(to);
  if (!std::ranges::any_of(to.transforms, is_aead)) return;
  std::erase_if(to.transforms, [](const Transform& one) { return one.type == integrity; });
}

auto check_ike(const Word& whole, Proposal& to) -> Done {
  settle_prf(to);
  TRY(check_encryption(whole, to));
  TRY(check_ciphers(whole, to));
  if (!has(to, pseudorandom_function)) {
    return refuse(whole, fmt::format("`{}` has no PRF, which keys are derived with", whole.text),
                  "add `prfsha256`");
  }
  if (has(to, key_exchange_method)) return {};
  return refuse(whole, fmt::format("`{}` has no key exchange", whole.text), "add `x25519`");
}

auto check_ah(const Word& whole, const Proposal& proposal) -> Done {
  if (has(proposal, integrity)) return {};
  return refuse(whole, fmt::format("`{}` has no integrity", whole.text), "as `sha256`");
}

auto check(const Word& whole, Proposal& to) -> Done {
  if (to.protocol == SecurityProtocol::ike) return check_ike(whole, to);
  if (!has(to, sequence_numbers)) {
    to.transforms.push_back(transform(iana::SequenceNumbersId::sequential_32_bit));
  }
  if (to.protocol == SecurityProtocol::ah) return check_ah(whole, to);
  TRY(check_encryption(whole, to));
  return check_ciphers(whole, to);
}

auto parse_trusted(SecurityProtocol protocol, std::string_view text) -> Proposal {
  auto proposal = parse_proposal(protocol, text);
  core::ensure(proposal.has_value());
  return *std::move(proposal);
}

template <class E, std::size_t N>
auto name_in(const std::array<iana::Row<E>, N>& rows, std::uint16_t id) -> std::string {
  const auto* row = iana::find_row(rows, static_cast<E>(id));
  return row == nullptr ? std::string() : std::string(row->name);
}

auto iana_name(const Transform& transform) -> std::string {
  switch (transform.type) {
    case encryption:            return name_in(iana::encryption_ids, transform.id);
    case pseudorandom_function: return name_in(iana::prf_ids, transform.id);
    case integrity:             return name_in(iana::integrity_ids, transform.id);
    case key_exchange_method:   return name_in(iana::key_exchange_ids, transform.id);
    case sequence_numbers:      return name_in(iana::sequence_numbers_ids, transform.id);
  }
  return {};  // a peer may send any type
}

auto type_name(TransformType type) -> std::string {
  const auto* row = iana::find_row(iana::transform_types, type);
  return row == nullptr ? fmt::format("transform type {}", std::to_underlying(type))
                        : std::string(row->name);
}

/// The number or name of what has no word.
auto number_text(const Transform& transform) -> std::string {
  auto text = iana_name(transform);
  if (text.empty()) text = fmt::format("{} {}", type_name(transform.type), transform.id);
  if (transform.key_bits != 0) text += fmt::format(" with {} bits", transform.key_bits);
  return text;
}

}  // namespace

auto proposal_words(SecurityProtocol protocol) -> std::vector<std::string_view> {
  std::vector<std::string_view> list;
  for (const auto& row : words::all) {
    const auto serves = (row.protocols & words::bit(protocol)) != 0;
    if (serves && row.refusal.empty()) list.push_back(row.word);
  }
  return list;
}

auto parse_proposal(SecurityProtocol protocol, std::string_view text)
    -> std::expected<Proposal, ProposalFault> {
  Proposal proposal{.protocol = protocol, .spi = {}, .transforms = {}};
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('-', begin), text.size());
    TRY(add_word({text.substr(begin, end - begin), begin}, proposal));
    begin = end + 1;
  }
  TRY(check({text, 0}, proposal));
  std::ranges::stable_sort(proposal.transforms, {}, &Transform::type);
  return proposal;
}

auto default_proposals(SecurityProtocol protocol) -> std::vector<Proposal> {
  using enum SecurityProtocol;
  const auto parse_both = [&](std::string_view aead, std::string_view other) {
    return std::vector{parse_trusted(protocol, aead), parse_trusted(protocol, other)};
  };
  switch (protocol) {
    case ike:
      return parse_both(
          "aes256gcm16-aes128gcm16-aes192gcm16-chacha20poly1305-"
          "prfsha256-prfsha384-prfsha512-"
          "x25519-ecp256-ecp384-ecp521-x448-modp3072-modp4096-modp2048",
          "aes256-aes128-aes192-sha256-sha384-sha512-sha1-"
          "prfsha256-prfsha384-prfsha512-prfsha1-"
          "x25519-ecp256-ecp384-ecp521-x448-modp3072-modp4096-modp2048");
    case esp:
      return parse_both("aes256gcm16-aes128gcm16-aes192gcm16-chacha20poly1305-esn-noesn",
                        "aes256-aes128-aes192-sha256-sha384-sha512-sha1-esn-noesn");
    case ah:   return {parse_trusted(protocol, "sha256-sha384-sha512-sha1-esn-noesn")};
    case none: break;
  }
  core::bug();
}

auto to_text(const Transform& transform) -> std::string {
  const auto* row = std::ranges::find_if(words::all, [&](const ProposalWord& candidate) {
    const auto& [type, id, key_bits, has_unknown_attribute] = candidate.transform;
    return type == transform.type && id == transform.id && key_bits == transform.key_bits;
  });
  return row == words::all.end() ? number_text(transform) : std::string(row->word);
}

auto to_text(const Proposal& proposal) -> std::string {
  auto ordered = proposal.transforms;
  std::ranges::stable_sort(ordered, {}, &Transform::type);
  std::vector<std::string> texts;
  for (const auto& one : ordered) {
    const auto is_absent = one.type == integrity && IntegrityId{one.id} == IntegrityId::none;
    if (!is_absent) texts.push_back(to_text(one));
  }
  return fmt::format("{}", fmt::join(texts, "-"));
}

}  // namespace esplanade::sa
