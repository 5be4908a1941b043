#include "cli/decode/reason.h"

#include <algorithm>
#include <array>

namespace esplanade::cli::decode {
namespace {

using net::Verdict;

struct Explained {
  Verdict verdict;
  std::string_view words;
};

constexpr auto explained = std::to_array<Explained>({
    {Verdict::malformed, "malformed: no whole IP packet, or its lengths contradict each other"},
    {Verdict::is_fragment, "fragment: ESP is opened in whole datagrams only"},
    {Verdict::too_short, "too short for SPI, sequence number, IV, trailer and ICV"},
    {Verdict::bad_alignment, "bad alignment: the ciphertext is no multiple of the block"},
    {Verdict::bad_icv, "bad ICV: another key, or the packet was changed"},
    {Verdict::bad_padding, "bad padding: longer than the packet, or not 1, 2, 3, ..."},
    {Verdict::bad_inner, "bad inner packet: its header and length contradict what was sent"},
});

}  // namespace

auto reason_for(Verdict verdict) -> std::string {
  const auto found = std::ranges::find(explained, verdict, &Explained::verdict);
  if (found != explained.end()) return std::string(found->words);
  std::string words(net::name_of(verdict));
  std::ranges::replace(words, '_', ' ');
  return words;
}

}  // namespace esplanade::cli::decode
