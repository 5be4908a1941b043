#include "crypto/prf.h"

#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_data.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::Code;
using core::View;
using iana::PrfId;

struct Vector {
  PrfId id;
  std::string_view key, data, output;
};

// RFC 2202, section 3; RFC 4231, section 4; RFC 4434, section 2.1; RFC 4615, section 4; RFC 4493,
// section 4.
const auto vectors = std::to_array<Vector>({
    {PrfId::prf_hmac_sha1, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
     "b617318655057264e28bc0b6fb378c8ef146be00"},
    {PrfId::prf_hmac_sha1, "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {PrfId::prf_hmac_sha1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddd",
     "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
    {PrfId::prf_hmac_sha1, "0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcd",
     "4c9007f4026250c6bc8414f9bf50c86c2d7235da"},
    {PrfId::prf_hmac_sha1,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d20"
     "48617368204b6579204669727374",
     "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
    {PrfId::prf_hmac_sha2_256, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {PrfId::prf_hmac_sha2_384, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
     "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f"
     "4af152e8b2fa9cb6"},
    {PrfId::prf_hmac_sha2_512, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702"
     "038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
    {PrfId::prf_hmac_sha2_256, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {PrfId::prf_hmac_sha2_384, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c7"
     "8b3239ecfab21649"},
    {PrfId::prf_hmac_sha2_512, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a"
     "6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
    {PrfId::prf_hmac_sha2_256, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddd",
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {PrfId::prf_hmac_sha2_384, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddd",
     "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b9"
     "4e3ab6e101a34f27"},
    {PrfId::prf_hmac_sha2_512, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddd",
     "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c8"
     "06b485a47e67c807b946a337bee8942674278859e13292fb"},
    {PrfId::prf_hmac_sha2_256, "0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcd",
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {PrfId::prf_hmac_sha2_384, "0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcd",
     "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679"
     "ccf8a386c674cffb"},
    {PrfId::prf_hmac_sha2_512, "0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcd",
     "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4"
     "d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
    {PrfId::prf_hmac_sha2_256,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d20"
     "48617368204b6579204669727374",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {PrfId::prf_hmac_sha2_384,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d20"
     "48617368204b6579204669727374",
     "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe82"
     "96248df163f44952"},
    {PrfId::prf_hmac_sha2_512,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d20"
     "48617368204b6579204669727374",
     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598"
     "bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
    {PrfId::prf_hmac_sha2_256,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaa",
     "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b"
     "2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a652064"
     "6174612e20546865206b6579206e6565647320746f20626520686173686564206265666f72652062"
     "65696e6720757365642062792074686520484d414320616c676f726974686d2e",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    {PrfId::prf_hmac_sha2_384,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaa",
     "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b"
     "2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a652064"
     "6174612e20546865206b6579206e6565647320746f20626520686173686564206265666f72652062"
     "65696e6720757365642062792074686520484d414320616c676f726974686d2e",
     "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d"
     "3860e6110c46523e"},
    {PrfId::prf_hmac_sha2_512,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaa",
     "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b"
     "2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a652064"
     "6174612e20546865206b6579206e6565647320746f20626520686173686564206265666f72652062"
     "65696e6720757365642062792074686520484d414320616c676f726974686d2e",
     "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b1"
     "0d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
    {PrfId::prf_aes128_xcbc, "000102030405060708090a0b0c0d0e0f",
     "000102030405060708090a0b0c0d0e0f10111213", "47f51b4564966215b8985c63055ed308"},
    {PrfId::prf_aes128_xcbc, "00010203040506070809", "000102030405060708090a0b0c0d0e0f10111213",
     "0fa087af7d866e7653434e602fdde835"},
    {PrfId::prf_aes128_xcbc, "000102030405060708090a0b0c0d0e0fedcb",
     "000102030405060708090a0b0c0d0e0f10111213", "8cd3c93ae598a9803006ffb67c40e9e4"},
    {PrfId::prf_aes128_cmac, "000102030405060708090a0b0c0d0e0fedcb",
     "000102030405060708090a0b0c0d0e0f10111213", "84a348a4a45d235babfffc0d2b4da09a"},
    {PrfId::prf_aes128_cmac, "000102030405060708090a0b0c0d0e0f",
     "000102030405060708090a0b0c0d0e0f10111213", "980ae87b5f4c9c5214f5b6a8455e4c2d"},
    {PrfId::prf_aes128_cmac, "00010203040506070809", "000102030405060708090a0b0c0d0e0f10111213",
     "290d9e112edb09ee141fcf64c0b72f3d"},
    {PrfId::prf_aes128_cmac, "2b7e151628aed2a6abf7158809cf4f3c", "",
     "bb1d6929e95937287fa37d129b756746"},
});

auto make(PrfId id, View key) -> std::unique_ptr<Prf> {
  return provider().make_prf(id, key).value();
}

auto text(const PrfOutput& output) -> std::string { return core::to_hex(output.reveal()); }

TEST(MacPrf, agrees_with_the_figures_of_the_rfcs) {
  for (const auto& v : vectors) {
    const auto prf = make(v.id, hex(v.key));
    EXPECT_EQ(text(prf->compute({hex(v.data)})), v.output) << find_prf(v.id)->name;
  }
}

TEST(MacPrf, gives_as_many_octets_as_the_table_says_for_keys_of_any_length) {
  for (const auto& info : prf_algorithms()) {
    for (const auto size : {0U, 1U, 15U, 16U, 17U, 20U, 64U, 65U, 128U, 129U, 300U}) {
      const auto output = make(info.id, Bytes(size, std::byte{7}))->compute({hex("00")});
      EXPECT_EQ(output.size(), info.output_size) << info.name << " with " << size;
      EXPECT_EQ(info.key_size, info.output_size);
    }
  }
}

TEST(MacPrf, takes_parts_as_if_they_were_one) {
  ASSERT_TRUE(rc::check("any split gives the same", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto algorithms = prf_algorithms();
    const auto prf = make(algorithms[noise.below(algorithms.size())].id, noise.bytes(16));
    const auto whole = noise.bytes(noise.below(1200));
    const auto first = noise.below(whole.size() + 1);
    const auto second = first + noise.below(whole.size() - first + 1);
    const View view(whole);

    const auto split = prf->compute(
        {view.first(first), view.subspan(first, second - first), view.subspan(second)});

    RC_ASSERT(text(split) == text(prf->compute({whole})));
  }));
}

TEST(MacPrf, refuses_what_the_table_has_not) {
  for (const auto id : {PrfId::prf_hmac_md5, PrfId::prf_hmac_tiger, PrfId{0}, PrfId{99}}) {
    EXPECT_EQ(find_prf(id), nullptr);
    EXPECT_EQ(provider().make_prf(id, {}).error().code, Code::unsupported);
  }
}

// RFC 7296, 2.14: only these take the first 8 octets of each nonce.
TEST(MacPrf, has_fixed_keys_only_for_aes) {
  for (const auto& info : prf_algorithms()) {
    const auto is_aes = info.id == PrfId::prf_aes128_xcbc || info.id == PrfId::prf_aes128_cmac;
    EXPECT_EQ(info.has_fixed_key, is_aes) << info.name;
  }
}

auto counting(std::size_t size, int first) -> Bytes {
  Bytes octets(size);
  for (auto& octet : octets) octet = static_cast<std::byte>(first++);
  return octets;
}

// By Python's hmac module.
TEST(PrfPlus, chains_outputs_with_the_seed_and_a_counter) {
  const auto prf = make(PrfId::prf_hmac_sha2_256, counting(32, 0));
  Bytes out(80);

  prf_plus(*prf, counting(24, 0xa0), out);

  EXPECT_EQ(core::to_hex(out),
            "505d5cf66baa869d5eba190e32255d10bfa50c12ea7381c8aa454d29242e10d5d8123fa19e5c34f5"
            "dda2fda8c789d6c6544110e0fc3467144d67bd4370180e66cca03ea822a4b2b1afc74bb7e7d6a28f");
}

TEST(PrfPlus, goes_on_for_255_rounds) {
  const auto prf = make(PrfId::prf_hmac_sha2_256, counting(32, 0));
  Bytes out(std::size_t{255} * 32);

  prf_plus(*prf, {}, out);

  EXPECT_EQ(core::to_hex(View(out).last(32)),
            "8517e05640cbaa5e49060cf74ca938e3303847de700b32d0bf304a79c1eadf8e");
}

// IKE2-2.13-01: the counter is one octet.
TEST(PrfPlusDeathTest, aborts_beyond_255_rounds) {
  const auto prf = make(PrfId::prf_hmac_sha2_256, {});
  Bytes out(std::size_t{255} * 32 + 1);

  EXPECT_DEATH(prf_plus(*prf, {}, out), "bug at");
}

}  // namespace
}  // namespace esplanade::crypto::openssl
