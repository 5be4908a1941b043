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
  auto fill(const Frame& frame, sa::Esn esn) noexcept -> View {
    if (esn == sa::Esn::no) return frame.header();
    const auto* const header = frame.octets.data();
    std::memcpy(octets_.data(), header, 4);
    core::store_be(frame.seq.high(), std::span(octets_).subspan<4, 4>());
    std::memcpy(octets_.data() + 8, header + 4, 4);
    return octets_;
  }

 private:
  std::array<std::byte, 12> octets_;
};

/// Salt and IV (RFC 4106, 4); without an IV in the packet the number stands for it (RFC 8750, 3).
class Nonce {
 public:
  auto fill(View salt, View iv, core::Seq64 seq) noexcept -> View {
    auto* const behind = octets_.data() + salt.size();
    if (salt.size() == usual_salt) {  // a size that is known is copied by one instruction
      std::memcpy(octets_.data(), salt.data(), usual_salt);
    } else {
      core::copy(salt, octets_);
    }
    if (iv.size() == iv_size) {
      std::memcpy(behind, iv.data(), iv_size);
    } else {
      core::store_be(seq.value, std::span<std::byte, iv_size>(behind, iv_size));
    }
    return View(octets_).first(salt.size() + iv_size);
  }

 private:
  static constexpr std::size_t usual_salt = 4;
  static constexpr std::size_t iv_size = 8;
  std::array<std::byte, usual_salt + iv_size> octets_;
};

struct AeadInputs {
  std::array<Nonce, net::batch_max> nonces;
  std::array<Aad, net::batch_max> aads;
};

/// How an AEAD sees a frame: a cipher's text apart from its associated data, or all as such data
/// (RFC 4543, 3.3).
struct AeadParts {
  core::MutableView text;
  View aad_tail;
};

auto parts_of(const Frame& frame, const EspSizes& sizes, ipsec::AeadUse use) noexcept -> AeadParts {
  if (use == ipsec::AeadUse::encrypt) return {.text = frame.ciphertext(sizes), .aad_tail = {}};
  const auto size = frame.octets.size() - header_size - sizes.icv;
  return {.text = {}, .aad_tail = frame.octets.subspan(header_size, size)};
}

template <class Job>
using Jobs = core::InplaceVector<Job, net::batch_max>;

void protect_with(AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn,
                  std::span<Frame> frames) noexcept {
  const auto salt = keyed.salt.reveal();
  AeadInputs inputs;
  Jobs<crypto::SealJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& frame = frames[i];
    const auto [text, aad_tail] = parts_of(frame, sizes, keyed.use);
    jobs.emplace_back(inputs.nonces[i].fill(salt, frame.iv(sizes), frame.seq),
                      inputs.aads[i].fill(frame, esn), aad_tail, text, text, frame.icv(sizes));
  }
  keyed.aead->seal(jobs.all());
}

void unprotect_with(AeadSuite& keyed, const EspSizes& sizes, sa::Esn esn,
                    std::span<Frame> frames) noexcept {
  const auto salt = keyed.salt.reveal();
  AeadInputs inputs;
  Jobs<crypto::OpenJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& frame = frames[i];
    const auto [text, aad_tail] = parts_of(frame, sizes, keyed.use);
    jobs.emplace_back(inputs.nonces[i].fill(salt, frame.iv(sizes), frame.seq),
                      inputs.aads[i].fill(frame, esn), aad_tail, text, frame.icv(sizes), text);
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
