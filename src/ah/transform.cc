#include "ah/transform.h"

#include "ah/mutable_fields.h"
#include "core/endian.h"

#include <algorithm>

namespace esplanade::ah {
namespace {

using core::View;
using ipsec::AeadSuite;
using ipsec::EncryptThenMacSuite;
using ipsec::EspSizes;

constexpr std::size_t longest_icv_field = 64;

/// What a frame looked like before its ICV was computed, and what is authenticated beside it.
class Origin {
 public:
  void blank(const Frame& frame, const EspSizes& sizes, sa::Direction direction) noexcept {
    const auto field = frame.icv_field(sizes);
    core::copy(field, icv_field_);
    std::ranges::fill(field, std::byte{0});
    headers_.take(frame.headers());
    core::ensure(blank_mutable_fields(frame.headers(), direction));
  }
  void restore_headers(const Frame& frame) const noexcept { headers_.put_back(frame.headers()); }
  void restore_icv_field(const Frame& frame, const EspSizes& sizes) const noexcept {
    const auto field = frame.icv_field(sizes);
    core::copy(View(icv_field_).first(field.size()), field);
  }
  [[nodiscard]] auto iv(const EspSizes& sizes) const noexcept -> View {
    return View(icv_field_).first(sizes.iv);
  }
  [[nodiscard]] auto icv(const EspSizes& sizes) const noexcept -> View {
    return View(icv_field_).subspan(sizes.iv, sizes.icv);
  }
  auto high_half(core::Seq64 seq, sa::Esn esn) noexcept -> View {
    if (esn == sa::Esn::no) return {};
    core::store_be(seq.high(), high_half_);
    return high_half_;
  }
  /// Salt and IV (RFC 4543, 3.2).
  auto nonce(View salt, View iv) noexcept -> View {
    core::copy(salt, nonce_);
    core::copy(iv, core::MutableView(nonce_).subspan(salt.size()));
    return View(nonce_).first(salt.size() + iv.size());
  }

 private:
  SavedHeaders headers_;
  std::array<std::byte, longest_icv_field> icv_field_;
  std::array<std::byte, 4> high_half_;
  std::array<std::byte, 12> nonce_;
};

using Origins = std::array<Origin, net::batch_max>;

template <class Job>
using Jobs = core::InplaceVector<Job, net::batch_max>;

auto icv_of(const Frame& frame, const EspSizes& sizes) noexcept -> core::MutableView {
  return frame.icv_field(sizes).last(sizes.icv);
}

/// An IV is the packet's number: new for each, and GMAC asks no more (RFC 4543, 3.1).
class Iv {
 public:
  auto fill(core::Seq64 seq) noexcept -> View {
    core::store_be(seq.value, octets_);
    return octets_;
  }

 private:
  std::array<std::byte, 8> octets_;
};

void sign(AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn, std::span<const Frame> frames,
          Origins& origins) noexcept {
  Iv iv;
  Jobs<crypto::SealJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    jobs.push_back({.nonce = origins[i].nonce(keyed.salt.reveal(), iv.fill(frames[i].seq)),
                    .aad = frames[i].datagram,
                    .aad_tail = origins[i].high_half(frames[i].seq, esn),
                    .in = {},
                    .out = {},
                    .tag = icv_of(frames[i], sizes)});
  }
  keyed.aead->seal(jobs.all());
  for (const auto& frame : frames) core::copy(iv.fill(frame.seq), frame.icv_field(sizes));
}

void sign(EncryptThenMacSuite& keyed, const EspSizes& sizes, sa::Esn esn,
          std::span<const Frame> frames, Origins& origins) noexcept {
  Jobs<crypto::SignJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    jobs.push_back({.data = frames[i].datagram,
                    .suffix = origins[i].high_half(frames[i].seq, esn),
                    .icv = icv_of(frames[i], sizes)});
  }
  keyed.integrity->sign(jobs.all());
}

void verify(AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn, std::span<Frame> frames,
            Origins& origins) noexcept {
  Jobs<crypto::OpenJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    auto& origin = origins[i];
    jobs.push_back({.nonce = origin.nonce(keyed.salt.reveal(), origin.iv(sizes)),
                    .aad = frames[i].datagram,
                    .aad_tail = origin.high_half(frames[i].seq, esn),
                    .in = {},
                    .tag = origin.icv(sizes),
                    .out = {}});
  }
  keyed.aead->open(jobs.all());
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i].is_authentic = jobs[i].is_authentic;
}

void verify(EncryptThenMacSuite& keyed, const EspSizes& sizes, sa::Esn esn, std::span<Frame> frames,
            Origins& origins) noexcept {
  Jobs<crypto::VerifyJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    jobs.push_back({.data = frames[i].datagram,
                    .suffix = origins[i].high_half(frames[i].seq, esn),
                    .icv = origins[i].icv(sizes)});
  }
  keyed.integrity->verify(jobs.all());
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i].is_authentic = jobs[i].is_authentic;
}

void blank_all(Origins& origins, std::span<const Frame> frames, const EspSizes& sizes,
               sa::Direction direction) noexcept {
  core::ensure(frames.size() <= net::batch_max);
  for (std::size_t i = 0; i < frames.size(); ++i) origins[i].blank(frames[i], sizes, direction);
}

}  // namespace

void protect(ipsec::EspSuite& suite, sa::Esn esn, std::span<const Frame> frames) noexcept {
  Origins origins;
  blank_all(origins, frames, suite.sizes, sa::Direction::outbound);
  std::visit([&](auto& keyed) { sign(keyed, suite.sizes, esn, frames, origins); }, suite.keyed);
  for (std::size_t i = 0; i < frames.size(); ++i) origins[i].restore_headers(frames[i]);
}

void unprotect(ipsec::EspSuite& suite, sa::Esn esn, std::span<Frame> frames) noexcept {
  Origins origins;
  blank_all(origins, frames, suite.sizes, sa::Direction::inbound);
  std::visit([&](auto& keyed) { verify(keyed, suite.sizes, esn, frames, origins); }, suite.keyed);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    origins[i].restore_headers(frames[i]);
    origins[i].restore_icv_field(frames[i], suite.sizes);
  }
}

}  // namespace esplanade::ah
