#include "crypto/key_exchange.h"

#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_data.h"
#include "crypto/signature.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <optional>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::Code;
using core::View;
using iana::KeyExchangeId;

struct Vector {
  KeyExchangeId id;
  std::string_view ours, our_public, theirs, their_public, shared;
};

// RFC 5903, section 8; RFC 6932, appendix A; RFC 7748, section 6.
const auto vectors = std::to_array<Vector>({
    // RFC 5903
    {.id = KeyExchangeId::ecp_256,
     .ours = "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
     .our_public =
         "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252"
         "d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3",
     .theirs = "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53",
     .their_public =
         "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e"
         "8157854c13c58d6aac23f046ada30f8353e74f33039872ab",
     .shared = "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de"},
    // RFC 5903
    {.id = KeyExchangeId::ecp_384,
     .ours = "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f160647b67414dce655e35b538041e649ee"
             "3faef896783ab194",
     .our_public =
         "667842d7d180ac2cde6f74f37551f55755c7645c20ef73e31634fe72b4c55ee6de3ac808acb4bdb4"
         "c88732aee95f41aa9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ada024181535a0f38e"
         "eb9fcff3c2c947dae69b4c634573a81c",
     .theirs = "41cb0779b4bdb85d47846725fbec3c9430fab46cc8dc5060855cc9bda0aa2942e0308312916b8ed2"
               "960e4bd55a7448fc",
     .their_public =
         "e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d83cfa41732bc509d0d1ac43a0336def9"
         "6fda41d0774a3571dcfbec7aacf3196472169e838430367f66eebe3c6e70c416dd5f0c68759dd1ff"
         "f83fa40142209dff5eaad96db9e6386c",
     .shared = "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4d603135569b9e9d0"
               "9cf5d4a270f59746"},
    // RFC 5903
    {.id = KeyExchangeId::ecp_521,
     .ours = "0037ade9319a89f4dabdb3ef411aaccca5123c61acab57b5393dce47608172a095aa85a30fe1c295"
             "2c6771d937ba9777f5957b2639bab072462f68c27a57382d4a52",
     .our_public =
         "0015417e84dbf28c0ad3c278713349dc7df153c897a1891bd98bab4357c9ecbee1e3bf42e00b8e38"
         "0aeae57c2d107564941885942af5a7f4601723c4195d176ced3e017cae20b6641d2eeb695786d8c9"
         "46146239d099e18e1d5a514c739d7cb4a10ad8a788015ac405d7799dc75e7b7d5b6cf2261a6a7f15"
         "07438bf01beb6ca3926f9582",
     .theirs = "0145ba99a847af43793fdd0e872e7cdfa16be30fdc780f97bccc3f078380201e9c677d600b343757"
               "a3bdbf2a3163e4c2f869cca7458aa4a4effc311f5cb151685eb9",
     .their_public =
         "00d0b3975ac4b799f5bea16d5e13e9af971d5e9b984c9f39728b5e5739735a219b97c356436adc6e"
         "95bb0352f6be64a6c2912d4ef2d0433ced2b6171640012d9460f015c68226383956e3bd066e797b6"
         "23c27ce0eac2f551a10c2c724d9852077b87220b6536c5c408a1d2aebb8e86d678ae49cb57091f47"
         "32296579ab44fcd17f0fc56a",
     .shared = "01144c7d79ae6956bc8edb8e7c787c4521cb086fa64407f97894e5e6b2d79b04d1427e73ca4baa24"
               "0a34786859810c06b3c715a3a8cc3151f2bee417996d19f3ddea"},
    // RFC 6932
    {.id = KeyExchangeId::brainpool_p224r1,
     .ours = "7c4b7a2c8a4bad1fbb7d79cc0955db7c6a4660ca64cc4778159b495e",
     .our_public =
         "b104a67a6f6e85e14ec1825e1539e8ecdbbf584922367dd88c6bdcf246d782e7fdb5f60cd8404301"
         "ac5949c58edb26bc68ba07695b750a94",
     .theirs = "63976d4aae6cd0f6dd18defef55d96569d0507c03e74d6486ffa28fb",
     .their_public =
         "2a97089a9296147b71b21a4b574e1278245b536f14d8c2b9d07a874e9b900d7c77a709a797276b8c"
         "a1ba61bb95b546fc29f862e44d59d25b",
     .shared = "312dfd98783f9fb77b9704945a73beb6dccbe3b65d0f967dcab574eb"},
    // RFC 6932
    {.id = KeyExchangeId::brainpool_p256r1,
     .ours = "041eb8b1e2bc681bce8e39963b2e9fc415b05283313dd1a8bcc055f11ae49699",
     .our_public =
         "78028496b5ecaab3c8b6c12e45db1e02c9e4d26b4113bc4f015f60c5ccc0d206a2ae1762a3831c1d"
         "20f03f8d1e3c0c39afe6f09b4d44bbe80cd100987b05f92b",
     .theirs = "06f5240eacdb9837bc96d48274c8aa834b6c87ba9cc3eedd81f99a16b8d804d3",
     .their_public =
         "8e07e219ba588916c5b06aa30a2f464c2f2acfc1610a3be2fb240b635341f0db148ea1d7d1e7e54b"
         "9555b6c9ac90629c18b63bee5d7aa6949ebbf47b24fde40d",
     .shared = "05e940915549e9f6a4a75693716e37466aba79b4bf2919877a16dd2cc2e23708"},
    // RFC 6932
    {.id = KeyExchangeId::brainpool_p384r1,
     .ours = "014ec0755b78594ba47fb0a56f6173045b4331e74ba1a6f47322e70d79d828d97e095884ca72b73f"
             "dabd5910df0fa76a",
     .our_public =
         "45cb26e4384daf6fb776885307b9a38b7ad1b5c692e0c32f0125332778f3b8d3f50ca358099b30de"
         "b5ee69a95c058b4e8173a1c54affa7e781d0e1e1d12c0dc2b74f4df58e4a4e3af7026c5d32dc530a"
         "2cd89c859bb4b4b768497f49ab8cc859",
     .theirs = "6b461cb79bd0ea519a87d6828815d8ce7cd9b3caa0b5a8262cbcd550a015c90095b976f352995750"
               "6e1224a861711d54",
     .their_public =
         "01bf92a92ee4be8ded1a911125c209b03f99e3161cfcc986dc7711383fc30af9ce28ca3386d59e2c"
         "8d72ce1e7b4666e83289c4a3a4fee035e39bdb885d509d224a142ff9fbcc5cfe5ccbb30268ee4748"
         "7ed8044858d31d848f7a95c635a347ac",
     .shared = "04cc4ff3dcccb07af24e0acc529955b36d7c807772b92fcbe48f3afe9a2f370a1f98d3fa73fd0c07"
               "47c632e12f1423ec"},
    // RFC 6932
    {.id = KeyExchangeId::brainpool_p512r1,
     .ours = "636b6be0482a6c1c41aa7ae7b245e983392db94cecea2660a379cfe159559e357581825391175fc1"
             "95d28bac0cf03a7841a383b95c262b983782874cce6fe333",
     .our_public =
         "0562e68b9af7cbfd5565c6b16883b777ff11c199161ecc427a39d17ec2166499389571d6a994977c"
         "56ad8252658ba8a1b72ae42f4fb7532151afc3ef0971ccdaa7ca2d8191e21776a89860afbc1f582f"
         "aa308d551c1dc6133af9f9c3cad59998d70079548140b90b1f311afb378aa81f51b275b2be6b7dee"
         "978efc7343ea642e",
     .theirs = "0af4e7f6d52edd52907bb8dbab3992a0bb696ec10df11892ff205b66d381ece72314e6a6ea079cea"
               "06961dba5ae6422ef2e9ee803a1f236fb96a1799b86e5c8b",
     .their_public =
         "5a7954e32663dff11ae24712d87419f26b708ac2b92877d6bfee2bfc43714d89bbdb6d24d807bbd3"
         "aeb7f0c325f862e8bade4f74636b97eaace739e11720d32396d14621a9283a1bed84de8dd64836b2"
         "c0758b11441179dc0c54c0d49a47c03807d171dd544b72caaef7b7ce01c7753e2cad1a861eca55a7"
         "1954ee1ba35e04be",
     .shared = "1ee8321a4bbf93b9cf8921ab209850ec9b7066d1984ef08c2bb723236208ac8f1a483e79461a00e0"
               "d5f6921ce9d360502f85c812bedee23ac5b210e5811b191e"},
    // RFC 7748
    {.id = KeyExchangeId::curve25519,
     .ours = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
     .our_public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
     .theirs = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
     .their_public = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
     .shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
    // RFC 7748
    {.id = KeyExchangeId::curve448,
     .ours = "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391"
             "006382a6f127ab1d9ac2d8c0a598726b",
     .our_public =
         "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d4"
         "0c5b12da88120d53177f80e532c41fa0",
     .theirs = "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21"
               "374c9c921b09d1b0366f10b65173992d",
     .their_public =
         "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13c"
         "a706dcb57aec3dae07bdc1c67bf33609",
     .shared = "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936"
               "521c24403085d59a449a5037514a879d"},
});

auto is_curve_with_points(KeyExchangeId id) -> bool {
  return id >= KeyExchangeId::ecp_256 && id <= KeyExchangeId::brainpool_p512r1;
}

// Octets that lead to a private value: a scalar is drawn with 64 bits too many and reduced to
// 1 .. order - 1, so `drawn` is one less.
auto octets_for(KeyExchangeId id, std::string_view value) -> Bytes {
  auto drawn = hex(value);
  if (!is_curve_with_points(id)) return drawn;
  for (auto i = drawn.size(); i-- > 0;) {
    const auto had = std::exchange(drawn[i], std::byte(std::to_integer<int>(drawn[i]) - 1));
    if (had != std::byte{}) break;
  }
  drawn.insert(drawn.begin(), 8, std::byte{});
  return drawn;
}

auto with_private_value(KeyExchangeId id, std::string_view value) -> std::unique_ptr<KeyExchange> {
  ScriptedRandom random(octets_for(id, value));
  return provider().make_key_exchange(id, random).value();
}

auto fresh(KeyExchangeId id, std::uint32_t seed = 1) -> std::unique_ptr<KeyExchange> {
  NoiseRandom random(seed);
  return provider().make_key_exchange(id, random).value();
}

auto text(View bytes) -> std::string { return core::to_hex(bytes); }

auto error_of(KeyExchangeId id, View theirs) -> std::optional<Code> {
  const auto secret = fresh(id)->derive(theirs);
  return secret ? std::nullopt : std::optional(secret.error().code);
}

TEST(KeyExchange, agrees_with_the_figures_of_the_rfcs) {
  for (const auto& v : vectors) {
    SCOPED_TRACE(find_key_exchange(v.id)->name);
    const auto ours = with_private_value(v.id, v.ours);
    const auto theirs = with_private_value(v.id, v.theirs);

    EXPECT_EQ(text(ours->public_value()), v.our_public);
    EXPECT_EQ(text(theirs->public_value()), v.their_public);
    EXPECT_EQ(text(ours->derive(hex(v.their_public)).value().reveal()), v.shared);
    EXPECT_EQ(text(theirs->derive(hex(v.our_public)).value().reveal()), v.shared);
  }
}

TEST(KeyExchange, gives_both_ends_the_same_secret_in_every_group) {
  for (const auto& info : key_exchange_methods()) {
    SCOPED_TRACE(info.name);
    const auto ours = fresh(info.id, 1);
    const auto theirs = fresh(info.id, 2);

    const auto a = ours->derive(theirs->public_value());
    const auto b = theirs->derive(ours->public_value());

    ASSERT_TRUE(a && b);
    EXPECT_EQ(ours->id(), info.id);
    EXPECT_EQ(ours->public_value().size(), info.public_size);
    EXPECT_EQ(a->size(), info.secret_size);
    EXPECT_EQ(text(a->reveal()), text(b->reveal()));
    EXPECT_NE(text(ours->public_value()), text(theirs->public_value()));
  }
}

TEST(KeyExchange, makes_the_same_values_of_the_same_randomness) {
  for (const auto& info : key_exchange_methods()) {
    EXPECT_EQ(text(fresh(info.id, 3)->public_value()), text(fresh(info.id, 3)->public_value()));
  }
}

TEST(KeyExchange, refuses_a_value_of_another_length) {
  for (const auto& info : key_exchange_methods()) {
    const auto theirs = fresh(info.id, 2);
    Bytes longer(theirs->public_value().begin(), theirs->public_value().end());
    longer.insert(longer.begin(), std::byte{});

    EXPECT_EQ(error_of(info.id, longer), Code::bad_length) << info.name;
    EXPECT_EQ(error_of(info.id, View(longer).subspan(2)), Code::bad_length) << info.name;
    EXPECT_EQ(error_of(info.id, {}), Code::bad_length) << info.name;
  }
}

// RFC 3526, section 3: the 2048-bit prime.
constexpr std::string_view prime_2048 =
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22"
    "514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6"
    "f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3d"
    "c2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e8603"
    "9b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
    "15728e5a8aacaa68ffffffffffffffff";

TEST(KeyExchange, refuses_modp_values_that_confine_the_secret) {
  const auto prime = hex(prime_2048);
  auto minus_one = prime;
  minus_one.back() = std::byte{0xfe};
  auto minus_two = prime;
  minus_two.back() = std::byte{0xfd};
  const Bytes zero(256);
  auto one = zero;
  one.back() = std::byte{1};
  auto two = zero;
  two.back() = std::byte{2};

  for (const auto& bad : {zero, one, minus_one, prime, Bytes(256, std::byte{0xff})}) {
    EXPECT_EQ(error_of(KeyExchangeId::modp_2048, bad), Code::bad_value) << text(bad);
  }
  EXPECT_EQ(error_of(KeyExchangeId::modp_2048, two), std::nullopt);
  EXPECT_EQ(error_of(KeyExchangeId::modp_2048, minus_two), std::nullopt);
}

struct Power {
  KeyExchangeId id;
  std::string_view exponent, hash_of_public;
};

// By Python's pow() with the primes of RFC 3526, and SHA-1.
const auto powers = std::to_array<Power>({
    {KeyExchangeId::modp_2048, "9a2c4a55c9939c28478483f7bd305fdfdf74d8269787914323c93bea5b2e3e71",
     "f800d2d0da2f5fa83eb1059808dcb3c61f701bc3"},
    {KeyExchangeId::modp_3072,
     "43f621d5fabb3e904af242f00c5060a02aaaa85f6dc8dc6e3e2420af190bacdb2c725483",
     "f7dc248f1fa426122312872949a8cac64cc78014"},
    {KeyExchangeId::modp_4096,
     "181d60f2585bc0b63faa1bd9aab146585d4c2237d95b47a4ea580b9b2461f0423e43190ac8903461863b",
     "98e201b70b6326a7ed1a70c8f8229c0b69b3ef8e"},
    {KeyExchangeId::modp_6144,
     "267510886e35169a7a43c2808c04e4b16826ba51535b50e9d739fa030459abb8f9532f6ebf48ec10f8ad4d6097eee"
     "9bc",
     "cc3371021b69050a11389f25a2e75d16e8e2281a"},
    {KeyExchangeId::modp_8192,
     "6c29d9050f74003bff12c2447ecf4dd64b9eb8c8b594b9addcf7be8153ff7f6e1b79ba197af085dc5563847e6030c"
     "557ba29c7ef",
     "2b9a0e72e5b2f135d74663707a8a8e50dc6d4d90"},
});

TEST(KeyExchange, raises_two_to_the_exponent_modulo_the_prime) {
  for (const auto& row : powers) {
    const auto ours = with_private_value(row.id, row.exponent);
    EXPECT_EQ(text(sha1(ours->public_value())), row.hash_of_public);
  }
}

TEST(KeyExchange, refuses_points_off_the_curve_and_coordinates_beyond_the_field) {
  for (const auto& v : vectors) {
    if (!is_curve_with_points(v.id)) continue;
    SCOPED_TRACE(find_key_exchange(v.id)->name);
    auto off = hex(v.their_public);
    off.back() ^= std::byte{1};
    auto beyond = hex(v.their_public);
    std::fill_n(beyond.begin(), beyond.size() / 2, std::byte{0xff});

    EXPECT_EQ(error_of(v.id, off), Code::bad_value);
    EXPECT_EQ(error_of(v.id, beyond), Code::bad_value);
    EXPECT_EQ(error_of(v.id, Bytes(off.size())), Code::bad_value);
  }
}

// x is a member of the field's class, but not its least one (RFC 6989, 2.3).
TEST(KeyExchange, refuses_a_coordinate_that_is_not_reduced) {
  // 5 + p and y of the point with x = 5 on P-256.
  const auto reduced =
      hex("0000000000000000000000000000000000000000000000000000000000000005459243b9aa581806"
          "fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
  const auto unreduced =
      hex("ffffffff00000001000000000000000000000001000000000000000000000004459243b9aa581806"
          "fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");

  EXPECT_EQ(error_of(KeyExchangeId::ecp_256, reduced), std::nullopt);
  EXPECT_EQ(error_of(KeyExchangeId::ecp_256, unreduced), Code::bad_value);
}

// RFC 7748, 6.1: points of low order lead to zero whatever the private value.
TEST(KeyExchange, refuses_points_of_low_order) {
  auto one_25519 = Bytes(32);
  one_25519.front() = std::byte{1};
  auto one_448 = Bytes(56);
  one_448.front() = std::byte{1};
  const auto order_8 = hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");

  EXPECT_EQ(error_of(KeyExchangeId::curve25519, Bytes(32)), Code::bad_value);
  EXPECT_EQ(error_of(KeyExchangeId::curve25519, one_25519), Code::bad_value);
  EXPECT_EQ(error_of(KeyExchangeId::curve25519, order_8), Code::bad_value);
  EXPECT_EQ(error_of(KeyExchangeId::curve448, Bytes(56)), Code::bad_value);
  EXPECT_EQ(error_of(KeyExchangeId::curve448, one_448), Code::bad_value);
}

TEST(KeyExchange, does_not_provide_what_is_too_weak_or_not_there) {
  NoiseRandom random(1);
  for (const auto id : {KeyExchangeId::none, KeyExchangeId::modp_1024, KeyExchangeId::modp_1536,
                        KeyExchangeId::modp_2048_256, KeyExchangeId::ecp_192,
                        KeyExchangeId::ml_kem_768, KeyExchangeId{999}}) {
    EXPECT_EQ(find_key_exchange(id), nullptr);
    EXPECT_EQ(provider().make_key_exchange(id, random).error().code, Code::unsupported);
  }
}

}  // namespace
}  // namespace esplanade::crypto::openssl
