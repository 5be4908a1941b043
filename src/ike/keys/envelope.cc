#include "ike/keys/envelope.h"

#include "core/writer.h"
#include "crypto/registry.h"

#include <algorithm>
#include <array>

namespace esplanade::ike::keys {
namespace {

using core::Bytes;
using core::Code;
using core::ensure;
using core::failure;
using core::MutableView;
using core::Result;
using core::View;

constexpr std::size_t generic_size = 4;   // RFC 7296, 3.2
constexpr std::size_t fragment_size = 4;  // number and total (RFC 7383, 2.5)
constexpr std::size_t most_salt = 4;
constexpr std::size_t most_iv = 16;

// How a suite divides the body of an SK payload: IV | text, padding, pad length | ICV.
struct Shape {
  const crypto::EncryptionInfo& cipher;
  std::size_t icv_size = 0;

  [[nodiscard]] auto overhead() const -> std::size_t { return cipher.iv_size + icv_size; }
  /// With the pad length, in whole blocks.
  [[nodiscard]] auto padded(std::size_t text) const -> std::size_t {
    const std::size_t block = cipher.block_size;
    return (text + 1 + block - 1) / block * block;
  }
  /// The longest text of a body of at most `body` octets.
  [[nodiscard]] auto capacity(std::size_t body) const -> std::size_t {
    const std::size_t block = cipher.block_size;
    ensure(body > overhead());
    const auto whole = (body - overhead()) / block * block;
    ensure(whole > 1);
    return whole - 1;
  }
};

auto shape_of(const IkeSuite& suite) -> Shape {
  const auto* cipher = crypto::find_encryption(suite.encryption);
  ensure(cipher != nullptr);
  if (cipher->is_aead()) return {*cipher, cipher->icv_size};
  const auto* integrity = crypto::find_integrity(suite.integrity);
  ensure(integrity != nullptr);
  return {*cipher, integrity->icv_size};
}

/// The octets a nonce or a counter block begins with; none in CBC.
auto salt_of(const HalfKeys& keys, const Shape& shape) -> View {
  return keys.sk_e.reveal().last(shape.cipher.salt_size);
}
auto key_of(const HalfKeys& keys, const Shape& shape) -> View {
  const auto whole = keys.sk_e.reveal();
  return whole.first(whole.size() - shape.cipher.salt_size);
}

// Salt and IV, one behind the other (RFC 5282, 4; RFC 3686, 4).
class Nonce {
 public:
  Nonce(View salt, View iv) : size_(salt.size() + iv.size()) {
    core::Writer(octets_).octets(salt).octets(iv);
  }
  [[nodiscard]] auto view() const -> View { return View(octets_).first(size_); }

 private:
  std::array<std::byte, most_salt + most_iv> octets_{};
  std::size_t size_;
};

template <class T>
auto must(Result<std::unique_ptr<T>> made) -> std::unique_ptr<T> {
  ensure(made.has_value());  // the suite was negotiated, and its keys derived to size
  return *std::move(made);
}

// One message with its parts; `prefix` is all in front of the IV.
struct Sealing {
  Bytes& message;
  std::size_t prefix;
  Shape shape;

  [[nodiscard]] auto all() const -> MutableView { return message; }
  [[nodiscard]] auto authenticated() const -> View { return View(message).first(prefix); }
  [[nodiscard]] auto iv() const -> MutableView {
    return all().subspan(prefix, shape.cipher.iv_size);
  }
  [[nodiscard]] auto text() const -> MutableView {
    const auto begin = prefix + shape.cipher.iv_size;
    return all().subspan(begin, message.size() - shape.icv_size - begin);
  }
  [[nodiscard]] auto icv() const -> MutableView { return all().last(shape.icv_size); }
};

// Counter modes count, so that no IV comes twice with a key; CBC wants one nobody can foresee
// (IKE2-3.14-02).
void fill_iv(MutableView iv, const Sealing& sealing, const Protection& protection,
             core::Random& random) {
  if (sealing.shape.cipher.is_counter_mode) {
    core::store_be(protection.counter++, iv, iv.size() - sizeof protection.counter);
  } else {
    random.fill(iv);
  }
}

void seal_with_aead(const Sealing& sealing, const Protection& protection) {
  const auto& [provider, suite, keys, counter] = protection;
  const Nonce nonce(salt_of(keys, sealing.shape), sealing.iv());
  crypto::SealJob job{.nonce = nonce.view(),
                      .aad = sealing.authenticated(),
                      .in = sealing.text(),
                      .out = sealing.text(),
                      .tag = sealing.icv()};
  must(provider.make_aead(suite.encryption, key_of(keys, sealing.shape)))->seal({&job, 1});
}

void seal_then_mac(const Sealing& sealing, const Protection& protection) {
  const auto& [provider, suite, keys, counter] = protection;
  const Nonce nonce(salt_of(keys, sealing.shape), sealing.iv());
  const crypto::CipherJob job{.iv = nonce.view(), .in = sealing.text(), .out = sealing.text()};
  must(provider.make_cipher(suite.encryption, key_of(keys, sealing.shape)))->encrypt({&job, 1});
  const crypto::SignJob mac{
      .data = View(sealing.message).first(sealing.message.size() - sealing.shape.icv_size),
      .suffix = {},
      .icv = sealing.icv()};
  must(provider.make_integrity(suite.integrity, keys.sk_a.reveal()))->sign({&mac, 1});
}

// What stands in front of the IV.
struct Front {
  wire::Header header;
  iana::PayloadType first_inner{};
  std::uint16_t number = 0;  ///< of a fragment; 0 in a whole message
  std::uint16_t total = 0;

  [[nodiscard]] auto is_fragment() const -> bool { return number != 0; }
  [[nodiscard]] auto size() const -> std::size_t {
    return wire::header_size + generic_size + (is_fragment() ? fragment_size : 0);
  }
  void write(MutableView to, std::size_t message_size) const {
    auto filled = header;
    filled.next_payload = is_fragment() ? iana::PayloadType::skf : iana::PayloadType::sk;
    filled.length = static_cast<std::uint32_t>(message_size);
    filled.write(to.first(wire::header_size));
    core::Writer w(to.subspan(wire::header_size));
    w.u8(std::to_underlying(first_inner)).u8(0);
    w.u16(static_cast<std::uint16_t>(message_size - wire::header_size));
    if (is_fragment()) w.u16(number).u16(total);
    ensure(w.finished());
  }
};

auto seal_one(const Front& front, View text, const Protection& protection, core::Random& random)
    -> Bytes {
  const auto shape = shape_of(protection.suite);
  const auto padded = shape.padded(text.size());
  Bytes message(front.size() + shape.overhead() + padded);
  ensure(message.size() <= 0xffff);
  front.write(MutableView(message).first(front.size()), message.size());
  const Sealing sealing{.message = message, .prefix = front.size(), .shape = shape};
  fill_iv(sealing.iv(), sealing, protection, random);
  core::copy(text, sealing.text());
  sealing.text().back() = static_cast<std::byte>(padded - text.size() - 1);
  if (shape.cipher.is_aead()) {
    seal_with_aead(sealing, protection);
  } else {
    seal_then_mac(sealing, protection);
  }
  return message;
}

// A message as it came: everything in front of the IV, and the three parts behind.
struct Opening {
  View authenticated, iv, text, icv;
  View signed_part;  ///< all but the ICV
};

auto open_with_aead(const Opening& opening, const IkeSuite& suite, const HalfKeys& keys,
                    crypto::Provider& provider) -> Result<Bytes> {
  const auto shape = shape_of(suite);
  const Nonce nonce(salt_of(keys, shape), opening.iv);
  Bytes text(opening.text.size());
  crypto::OpenJob job{.nonce = nonce.view(),
                      .aad = opening.authenticated,
                      .in = opening.text,
                      .tag = opening.icv,
                      .out = text};
  must(provider.make_aead(suite.encryption, key_of(keys, shape)))->open({&job, 1});
  if (!job.is_authentic) return failure(Code::not_authentic);
  return text;
}

auto verify_then_open(const Opening& opening, const IkeSuite& suite, const HalfKeys& keys,
                      crypto::Provider& provider) -> Result<Bytes> {
  const auto shape = shape_of(suite);
  crypto::VerifyJob mac{.data = opening.signed_part, .suffix = {}, .icv = opening.icv};
  must(provider.make_integrity(suite.integrity, keys.sk_a.reveal()))->verify({&mac, 1});
  if (!mac.is_authentic) return failure(Code::not_authentic);
  const Nonce nonce(salt_of(keys, shape), opening.iv);
  Bytes text(opening.text.size());
  const crypto::CipherJob job{.iv = nonce.view(), .in = opening.text, .out = text};
  must(provider.make_cipher(suite.encryption, key_of(keys, shape)))->decrypt({&job, 1});
  return text;
}

// Any length of padding is taken, whatever its octets (IKE2-3.14-03).
auto without_padding(Bytes text) -> Result<Bytes> {
  const auto padding = std::to_integer<std::size_t>(text.back()) + 1;
  if (padding > text.size()) return failure(Code::bad_length);
  text.resize(text.size() - padding);
  return text;
}

}  // namespace

auto seal(wire::Header header, const wire::Payloads& payloads, const Protection& protection,
          core::Random& random) -> Bytes {
  const Front front{.header = header, .first_inner = wire::first_type(payloads)};
  return seal_one(front, wire::write_payloads(payloads), protection, random);
}

auto seal_in_fragments(wire::Header header, const wire::Payloads& payloads,
                       const Protection& protection, core::Random& random, std::size_t largest)
    -> std::vector<Bytes> {
  const auto shape = shape_of(protection.suite);
  const auto text = wire::write_payloads(payloads);
  Front front{.header = header, .first_inner = wire::first_type(payloads)};
  if (front.size() + shape.overhead() + shape.padded(text.size()) <= largest) {
    return {seal_one(front, text, protection, random)};
  }
  front.number = 1;
  ensure(largest > front.size());
  const auto share = shape.capacity(largest - front.size());
  const auto total = (text.size() + share - 1) / share;
  ensure(total <= 0xffff);
  front.total = static_cast<std::uint16_t>(total);
  std::vector<Bytes> fragments;
  for (auto rest = View(text); !rest.empty(); ++front.number) {
    const auto part = rest.first(std::min(share, rest.size()));
    fragments.push_back(seal_one(front, part, protection, random));
    // Only the first fragment names the first payload (RFC 7383, 2.5).
    front.first_inner = iana::PayloadType::none;
    rest = rest.subspan(part.size());
  }
  return fragments;
}

auto open(View datagram, View body, const IkeSuite& suite, const HalfKeys& keys,
          crypto::Provider& provider) -> Result<Bytes> {
  ensure(body.size() + wire::header_size + generic_size <= datagram.size());
  const auto shape = shape_of(suite);
  if (body.size() <= shape.overhead()) return failure(Code::bad_length, datagram.size());
  const auto text_size = body.size() - shape.overhead();
  if (text_size % shape.cipher.block_size != 0) return failure(Code::bad_length, datagram.size());
  const auto own = datagram.last(body.size());
  const Opening opening{.authenticated = datagram.first(datagram.size() - body.size()),
                        .iv = own.first(shape.cipher.iv_size),
                        .text = own.subspan(shape.cipher.iv_size, text_size),
                        .icv = own.last(shape.icv_size),
                        .signed_part = datagram.first(datagram.size() - shape.icv_size)};
  auto text = shape.cipher.is_aead() ? TRY(open_with_aead(opening, suite, keys, provider))
                                     : TRY(verify_then_open(opening, suite, keys, provider));
  return without_padding(std::move(text));
}

}  // namespace esplanade::ike::keys
