#include "esp/transform.h"

#include "core/endian.h"

namespace esplanade::esp {
namespace {

using core::View;
using ipsec::AeadSuite;
using ipsec::EncryptThenMacSuite;
using ipsec::EspSizes;

/// SPI and number: 8 octets, or 12 with the high half between them (RFC 4106, 5).
class Aad {
 public:
  auto fill(const std::byte* header, core::Seq64 seq) noexcept -> View {
    std::memcpy(octets_.data(), header, 4);
    core::store_be(seq.high(), std::span(octets_).subspan<4, 4>());
    std::memcpy(octets_.data() + 8, header + 4, 4);
    return octets_;
  }

 private:
  std::array<std::byte, 12> octets_;
};

/// Salt and IV (RFC 4106, 4); without an IV in the packet the number stands for it (RFC 8750, 3).
class Nonce {
 public:
  static constexpr std::size_t iv_size = 8;

  auto fill(View salt, std::uint64_t iv) noexcept -> View {
    if (salt.size() == usual_salt) {  // a size that is known is copied by one instruction
      std::memcpy(octets_.data(), salt.data(), usual_salt);
      std::memcpy(octets_.data() + usual_salt, &iv, iv_size);
      return octets_;
    }
    core::copy(salt, octets_);
    std::memcpy(octets_.data() + salt.size(), &iv, iv_size);
    return View(octets_).first(salt.size() + iv_size);
  }

 private:
  static constexpr std::size_t usual_salt = 4;
  std::array<std::byte, usual_salt + iv_size> octets_;
};

/// A frame as an AEAD sees it: the cipher's text apart from its associated data, or all as such
/// data (RFC 4543, 3.3).
struct AeadParts {
  View nonce, aad, aad_tail;
  core::MutableView text, icv;
};

/// The parts of a batch's frames; what all have alike is asked for once.
class AeadFrames {
 public:
  AeadFrames(const AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn) noexcept
      : salt_(keyed.salt.reveal()),
        text_at_(header_size + sizes.iv),
        icv_(sizes.icv),
        has_iv_(sizes.iv != 0),
        has_esn_(esn == sa::Esn::yes),
        is_encrypting_(keyed.use == ipsec::AeadUse::encrypt) {}

  auto parts_of(std::size_t i, const Frame& frame) noexcept -> AeadParts {
    auto* const octets = frame.octets.data();
    const auto icv_at = frame.octets.size() - icv_;
    AeadParts parts;
    parts.nonce = nonces_[i].fill(salt_, iv_of(frame));
    parts.aad = has_esn_ ? aads_[i].fill(octets, frame.seq) : View(octets, header_size);
    parts.icv = {octets + icv_at, icv_};
    if (is_encrypting_) {
      parts.text = {octets + text_at_, icv_at - text_at_};
    } else {
      parts.aad_tail = {octets + header_size, icv_at - header_size};
    }
    return parts;
  }

 private:
  /// As it stands in the packet, or would.
  [[nodiscard]] auto iv_of(const Frame& frame) const noexcept -> std::uint64_t {
    std::uint64_t iv = 0;
    if (has_iv_) {
      std::memcpy(&iv, frame.octets.data() + header_size, sizeof iv);
    } else {
      core::store_be(frame.seq.value, std::as_writable_bytes(std::span<std::uint64_t, 1>(&iv, 1)));
    }
    return iv;
  }

  View salt_;
  std::size_t text_at_;
  std::size_t icv_;
  bool has_iv_;
  bool has_esn_;
  bool is_encrypting_;
  std::array<Nonce, net::batch_max> nonces_;  // of the frames so far
  std::array<Aad, net::batch_max> aads_;
};

template <class Job>
using Jobs = core::InplaceVector<Job, net::batch_max>;

void protect_with(AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn,
                  std::span<Frame> frames) noexcept {
  AeadFrames all(keyed, sizes, esn);
  Jobs<crypto::SealJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto [nonce, aad, aad_tail, text, icv] = all.parts_of(i, frames[i]);
    jobs.emplace_back(nonce, aad, aad_tail, text, text, icv);
  }
  keyed.aead->seal(jobs.all());
}

void unprotect_with(AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn,
                    std::span<Frame> frames) noexcept {
  AeadFrames all(keyed, sizes, esn);
  Jobs<crypto::OpenJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto [nonce, aad, aad_tail, text, icv] = all.parts_of(i, frames[i]);
    jobs.emplace_back(nonce, aad, aad_tail, text, icv, text);
  }
  keyed.aead->open(jobs.all());
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i].is_authentic = jobs[i].is_authentic;
}

/// The high halves of a batch's numbers, where separate integrity needs them.
class Suffixes {
 public:
  auto fill(std::size_t i, core::Seq64 seq, sa::Esn esn) noexcept -> View {
    if (esn == sa::Esn::no) return {};
    core::store_be(seq.high(), octets_[i]);
    return octets_[i];
  }

 private:
  std::array<std::array<std::byte, 4>, net::batch_max> octets_;
};

auto authenticated_part(const Frame& frame, const EspSizes& sizes) noexcept -> View {
  return frame.octets.first(frame.octets.size() - sizes.icv);
}

void protect_with(EncryptThenMacSuite& keyed, const EspSizes& sizes, sa::Esn esn,
                  std::span<Frame> frames) noexcept {
  Suffixes suffixes;
  Jobs<crypto::CipherJob> encryptions;
  Jobs<crypto::SignJob> signatures;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& frame = frames[i];
    const auto text = frame.ciphertext(sizes);
    encryptions.push_back({.iv = frame.iv(sizes), .in = text, .out = text});
    signatures.push_back({.data = authenticated_part(frame, sizes),
                          .suffix = suffixes.fill(i, frame.seq, esn),
                          .icv = frame.icv(sizes)});
  }
  keyed.cipher->encrypt(encryptions.all());
  keyed.integrity->sign(signatures.all());
}

void unprotect_with(EncryptThenMacSuite& keyed, const EspSizes& sizes, sa::Esn esn,
                    std::span<Frame> frames) noexcept {
  Suffixes suffixes;
  Jobs<crypto::VerifyJob> checks;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    checks.push_back({.data = authenticated_part(frames[i], sizes),
                      .suffix = suffixes.fill(i, frames[i].seq, esn),
                      .icv = frames[i].icv(sizes)});
  }
  keyed.integrity->verify(checks.all());

  // What is not authentic never reaches the cipher (ESP-3.4.4.1-01).
  Jobs<crypto::CipherJob> decryptions;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].is_authentic = checks[i].is_authentic;
    if (!checks[i].is_authentic) continue;
    const auto text = frames[i].ciphertext(sizes);
    decryptions.push_back({.iv = frames[i].iv(sizes), .in = text, .out = text});
  }
  keyed.cipher->decrypt(decryptions.all());
}

}  // namespace

void protect(ipsec::EspSuite& suite, sa::Esn esn, std::span<Frame> frames) noexcept {
  core::ensure(frames.size() <= net::batch_max);
  std::visit([&](auto& keyed) { protect_with(keyed, suite.sizes, esn, frames); }, suite.keyed);
}

void unprotect(ipsec::EspSuite& suite, sa::Esn esn, std::span<Frame> frames) noexcept {
  core::ensure(frames.size() <= net::batch_max);
  std::visit([&](auto& keyed) { unprotect_with(keyed, suite.sizes, esn, frames); }, suite.keyed);
}

}  // namespace esplanade::esp
