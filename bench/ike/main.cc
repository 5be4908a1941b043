// usage: esplanade_ike_bench SAS... > figures.json
//
// Sets up so many IKE SAs at once, one number after the other, and prints what each took.
#include "bench/ike/report.h"
#include "crypto/openssl/provider.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cstdio>

namespace esplanade::bench {
namespace {

/// So many rounds that small numbers have slices enough for a median.
auto rounds_for(std::uint32_t sas) -> std::uint32_t { return std::clamp(20'000U / sas, 1U, 10U); }

auto measure(std::uint32_t sas) -> Row {
  Row row{.sas = sas, .slices = {}, .settling = {}, .memory = {}};
  for (auto left = rounds_for(sas); left > 0; --left) {
    fmt::print(stderr, "{} IKE SAs, {} rounds to go\n", sas, left);
    Scene scene(sas);
    const auto slices = scene.establish();
    row.slices.insert(row.slices.end(), slices.begin(), slices.end());
    row.settling.push_back(scene.settle());
    row.memory.push_back(scene.measure_memory());
  }
  return row;
}

auto parse(std::string_view text) -> std::uint32_t {
  std::uint32_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  // 10.0.0.0/8 holds no more peers.
  constexpr std::uint32_t most = 16'000'000;
  return error == std::errc{} && stop == end && number <= most ? number : 0;
}

}  // namespace
}  // namespace esplanade::bench

auto main(int argc, char** argv) -> int {
  using namespace esplanade::bench;
  // As the daemon does it: before anything uses OpenSSL.
  if (!esplanade::crypto::openssl::recycle_allocations()) return 1;
  std::vector<Row> rows;
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    const auto sas = parse(word);
    if (sas == 0) {
      fmt::print(stderr, "'{}' is no number of IKE SAs\n", word);
      return 2;
    }
    rows.push_back(measure(sas));
  }
  if (rows.empty()) {
    fmt::print(stderr, "usage: esplanade_ike_bench SAS... > figures.json\n");
    return 2;
  }
  fmt::print("{}", to_json(rows));
  return 0;
}
