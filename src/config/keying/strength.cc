#include "config/keying/strength.h"

#include "crypto/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

/// Bits of security of a cipher; 0 of what keeps nothing secret.
auto strength_of(const sa::Transform& cipher) -> unsigned {
  const iana::EncryptionId id{cipher.id};
  const auto* const info = crypto::find_encryption(id);
  if (info == nullptr || !info->encrypts()) return 0;
  constexpr unsigned strength_of_3des = 112;  // of 192 bits (NIST SP 800-57, part 1, 5.6.1.1)
  if (id == iana::EncryptionId::encr_3des) return strength_of_3des;
  if (cipher.key_bits != 0) return cipher.key_bits;
  return info->key_bits.empty() ? 0U : info->key_bits.front();
}

/// Of all ciphers that the proposals have.
auto strengths_of(const std::vector<sa::Proposal>& proposals) -> std::vector<unsigned> {
  std::vector<unsigned> strengths;
  for (const auto& proposal : proposals) {
    for (const auto& one : proposal.transforms) {
      if (one.type != iana::TransformType::encryption) continue;
      strengths.push_back(strength_of(one));
    }
  }
  return strengths;
}

auto setting_of_child(const syntax::Section& connection, std::string_view child)
    -> const syntax::Setting* {
  const auto* const children = connection.find_section("children");
  const auto* const section = children == nullptr ? nullptr : children->find_section(child);
  return section == nullptr ? nullptr : section->find("esp_proposals");
}

}  // namespace

void warn_of_stronger_children(const syntax::Section& section, const policy::Connection& connection,
                               check::Checker& check) {
  const auto* const ours = section.find("proposals");
  const auto of_ike = strengths_of(connection.proposals);
  if (ours == nullptr || of_ike.empty()) return;
  const auto weakest = std::ranges::min(of_ike);
  for (const auto& child : connection.children) {
    const auto of_child = strengths_of(child.proposals);
    if (of_child.empty() || std::ranges::max(of_child) <= weakest) continue;
    const auto* const theirs = setting_of_child(section, child.name);
    check.warn((theirs == nullptr ? ours : theirs)->value_place,
               fmt::format("`{}` may have a cipher of {} bits, and the IKE SA that makes its keys "
                           "one of {}",
                           child.name, std::ranges::max(of_child), weakest),
               "an IKE SA should be as strong as its children (RFC 4309, 7.2): take weaker ciphers "
               "out of `proposals`");
  }
}

}  // namespace esplanade::config::keying
