#include "core/secret.h"
#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_data.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::MutableView;
using core::View;
using iana::EncryptionId;

constexpr std::size_t tag_size = 16;

auto gcm(View key) -> std::unique_ptr<Aead> {
  return provider().make_aead(EncryptionId::encr_aes_gcm_16, key).value();
}

// A packet on its way through an Aead: `text` is clear before seal and after open.
struct Packet {
  Bytes nonce;
  Bytes aad;
  Bytes text;
  Bytes tag;

  [[nodiscard]] auto seal_into(MutableView out) -> SealJob {
    return {.nonce = nonce, .aad = aad, .in = text, .out = out, .tag = tag};
  }
  [[nodiscard]] auto open_into(MutableView out) const -> OpenJob {
    return {.nonce = nonce, .aad = aad, .in = text, .tag = tag, .out = out};
  }
};

auto random_packet(Noise& noise) -> Packet {
  return {.nonce = noise.bytes(12),
          .aad = noise.bytes(8 + 4 * noise.below(2)),
          .text = noise.bytes(noise.below(9001)),
          .tag = Bytes(tag_size)};
}

auto random_batch(Noise& noise) -> std::vector<Packet> {
  std::vector<Packet> batch(1 + noise.below(64));
  for (auto& packet : batch) packet = random_packet(noise);
  return batch;
}

void seal_in_place(Aead& aead, std::vector<Packet>& batch) {
  std::vector<SealJob> jobs;
  jobs.reserve(batch.size());
  for (auto& packet : batch) jobs.push_back(packet.seal_into(packet.text));
  aead.seal(jobs);
}

auto open_in_place(Aead& aead, std::vector<Packet>& batch) -> std::vector<OpenJob> {
  std::vector<OpenJob> jobs;
  jobs.reserve(batch.size());
  for (auto& packet : batch) jobs.push_back(packet.open_into(packet.text));
  aead.open(jobs);
  return jobs;
}

auto is_wiped(View bytes) -> bool {
  return std::ranges::all_of(bytes, [](auto b) { return b == std::byte{0}; });
}

struct Vector {
  std::string_view name;
  Bytes key, nonce, aad, plain, sealed;
};

// draft-mcgrew-gcm-test-01, section 4: packets with 32-bit and 64-bit sequence numbers, keys of
// 128 and 256 bits. `plain` includes the ESP trailer, `sealed` the ICV.
auto mcgrew_vectors() -> std::vector<Vector> {
  return {
      {.name = "case 1",
       .key = hex("4c80cdefbb5d10da906ac73c3613a634"),
       .nonce = hex("2e443b684956ed7e3b244cfe"),
       .aad = hex("000043218765432100000000"),
       .plain = hex("45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f"
                    "736970045f756470037369700963796265726369747902646b000021000101020201"),
       .sealed = hex("fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34cfa2436f14"
                     "a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd97324590"
                     "18148f6cbe722fd04796562dfdb4")},
      {.name = "case 2",
       .key = hex("feffe9928665731c6d6a8f9467308308"),
       .nonce = hex("cafebabefacedbaddecaf888"),
       .aad = hex("0000a5f80000000a"),
       .plain = hex("4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d00100000100000000"
                    "0000037369700963796265726369747902646b00000100010001"),
       .sealed = hex("deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c3de81827c1"
                     "0e9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd183b70d3aa8bc6ee4c309"
                     "e9d85a41ad4a")},
      {.name = "case 3",
       .key = hex("abbccddef00112233445566778899aababbccddef00112233445566778899aab"),
       .nonce = hex("112233440102030405060708"),
       .aad = hex("4a2cbfe300000002"),
       .plain = hex("4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf"
                    "0000020405b40101040201020201"),
       .sealed = hex("ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a637985"
                     "771d347f0545659f14e99def842d8eb335f4eecfdbf831824b4c4915956c96")},
      {.name = "case 5",
       .key = hex("3de09874b388e6491988d0c3607eae1f"),
       .nonce = hex("57690e434e280000a2fca1a3"),
       .aad = hex("42f67e3f1010101010101010"),
       .plain = hex("4500003c99c300008001cb7c40679318010101010800085c020043006162636465666768696a"
                    "6b6c6d6e6f707172737475767761626364656667686901020201"),
       .sealed = hex("fba2caa4853cf9f0f22cb10d86dd83b0fec75691cf1a04b00d1138ec9c35791765acbd8701"
                     "ad79845bf9fe3fba487bc91755e6662b4c8d0d1f5e22739530320ae0d731cc978ecafaeae8"
                     "8f00e80d6e48")},
  };
}

TEST(Gcm, seals_the_vectors_of_draft_mcgrew_gcm_test) {
  for (const auto& v : mcgrew_vectors()) {
    Bytes sealed(v.sealed.size());
    const auto out = MutableView(sealed);
    SealJob job{.nonce = v.nonce,
                .aad = v.aad,
                .in = v.plain,
                .out = out.first(v.plain.size()),
                .tag = out.last(tag_size)};

    gcm(v.key)->seal({&job, 1});

    EXPECT_EQ(sealed, v.sealed) << v.name;
  }
}

TEST(Gcm, opens_the_vectors_of_draft_mcgrew_gcm_test) {
  for (const auto& v : mcgrew_vectors()) {
    Bytes plain(v.plain.size());
    const auto sealed = View(v.sealed);
    OpenJob job{.nonce = v.nonce,
                .aad = v.aad,
                .in = sealed.first(plain.size()),
                .tag = sealed.last(tag_size),
                .out = plain};

    gcm(v.key)->open({&job, 1});

    EXPECT_TRUE(job.is_authentic) << v.name;
    EXPECT_EQ(plain, v.plain) << v.name;
  }
}

TEST(Gcm, opens_in_place_what_it_sealed_in_place) {
  ASSERT_TRUE(rc::check("open(seal(batch)) == batch, in place", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto aead = gcm(noise.bytes(16 + 8 * noise.below(3)));
    auto batch = random_batch(noise);
    const auto before = batch;

    seal_in_place(*aead, batch);
    const auto jobs = open_in_place(*aead, batch);

    for (std::size_t i = 0; i < batch.size(); ++i) {
      RC_ASSERT(jobs[i].is_authentic);
      RC_ASSERT(batch[i].text == before[i].text);
    }
  }));
}

TEST(Gcm, opens_elsewhere_what_it_sealed_elsewhere_and_leaves_the_input_alone) {
  ASSERT_TRUE(rc::check("open(seal(packet)) == packet, out of place", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto aead = gcm(noise.bytes(32));
    auto packet = random_packet(noise);
    const auto clear = packet.text;
    Bytes sealed(clear.size());
    Bytes opened(clear.size());

    auto seal = packet.seal_into(sealed);
    aead->seal({&seal, 1});
    RC_ASSERT(packet.text == clear);
    packet.text = sealed;
    auto open = packet.open_into(opened);
    aead->open({&open, 1});

    RC_ASSERT(open.is_authentic);
    RC_ASSERT(packet.text == sealed);
    RC_ASSERT(opened == clear);
  }));
}

TEST(Gcm, refuses_any_flipped_bit_and_wipes_the_output) {
  ASSERT_TRUE(rc::check("a flipped bit is not authentic", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto aead = gcm(noise.bytes(16));
    std::vector batch{random_packet(noise)};
    seal_in_place(*aead, batch);
    auto& packet = batch.front();
    const auto parts =
        std::to_array<Bytes*>({&packet.nonce, &packet.aad, &packet.text, &packet.tag});
    auto& part = *parts[noise.below(packet.text.empty() ? 2 : 4)];
    part[noise.below(part.size())] ^= std::byte{1} << static_cast<int>(noise.below(8));
    Bytes opened(packet.text.size(), std::byte{0xaa});

    auto job = packet.open_into(opened);
    aead->open({&job, 1});

    RC_ASSERT(!job.is_authentic);
    RC_ASSERT(is_wiped(opened));
  }));
}

TEST(Gcm, judges_each_packet_of_a_batch_on_its_own) {
  ASSERT_TRUE(rc::check("one forgery spoils itself alone", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto aead = gcm(noise.bytes(16));
    auto batch = random_batch(noise);
    const auto before = batch;
    seal_in_place(*aead, batch);
    const auto forged = noise.below(batch.size());
    batch[forged].tag[noise.below(tag_size)] ^= std::byte{0x10};

    const auto jobs = open_in_place(*aead, batch);

    for (std::size_t i = 0; i < batch.size(); ++i) {
      RC_ASSERT(jobs[i].is_authentic == (i != forged));
      RC_ASSERT((i == forged ? is_wiped(batch[i].text) : batch[i].text == before[i].text));
    }
  }));
}

TEST(Gcm, seals_and_opens_an_empty_text) {
  Noise noise(1);
  const auto aead = gcm(noise.bytes(16));
  Packet packet{.nonce = noise.bytes(12), .aad = {}, .text = {}, .tag = Bytes(tag_size)};

  auto seal = packet.seal_into({});
  aead->seal({&seal, 1});
  auto open = packet.open_into({});
  aead->open({&open, 1});

  EXPECT_FALSE(is_wiped(packet.tag));
  EXPECT_TRUE(open.is_authentic);
}

TEST(GcmDeathTest, aborts_on_a_nonce_of_another_length) {
  Noise noise(1);
  const auto aead = gcm(noise.bytes(16));
  auto packet = random_packet(noise);
  packet.nonce.pop_back();
  auto job = packet.seal_into(packet.text);

  EXPECT_DEATH(aead->seal({&job, 1}), "bug at");
}

}  // namespace
}  // namespace esplanade::crypto::openssl
