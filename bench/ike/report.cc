#include "bench/ike/report.h"

#include <nlohmann/json.hpp>

namespace esplanade::bench {
namespace {

auto microseconds(core::Duration duration) -> double {
  return std::chrono::duration<double, std::micro>(duration).count();
}

template <class T, class F>
auto spread(const std::vector<T>& from, F&& value) -> nlohmann::json {
  std::vector<double> values;
  for (const auto& one : from) values.push_back(value(one));
  const auto found = spread_of(std::move(values));
  return {{"median", found.median}, {"low", found.low}, {"high", found.high}};
}

/// Against the arithmetic timed beside it: a machine that is slow for a while is so for both.
auto ends(const std::vector<Slice>& slices) -> nlohmann::json {
  const auto ratio = [](core::Duration whole, core::Duration part) {
    return microseconds(whole) / microseconds(part);
  };
  return {
      {"initiator_us", spread(slices, [](const Slice& s) { return microseconds(s.initiator); })},
      {"responder_us", spread(slices, [](const Slice& s) { return microseconds(s.responder); })},
      {"arithmetic_us", spread(slices, [](const Slice& s) { return microseconds(s.arithmetic); })},
      {"initiator_ratio",
       spread(slices, [&](const Slice& s) { return ratio(s.initiator, s.arithmetic); })},
      {"responder_ratio",
       spread(slices, [&](const Slice& s) { return ratio(s.responder, s.arithmetic); })}};
}

auto to_json(const Row& row) -> nlohmann::json {
  return {{"sas", row.sas},
          {"handshake", ends(row.slices)},
          {"settling", ends(row.settling)},
          {"initiator_octets", spread(row.memory, [](const Memory& m) { return m.initiator; })},
          {"responder_octets", spread(row.memory, [](const Memory& m) { return m.responder; })}};
}

}  // namespace

auto to_json(const std::vector<Row>& rows) -> std::string {
  auto all = nlohmann::json::array();
  for (const auto& row : rows) all.push_back(to_json(row));
  return nlohmann::json{{"esplanade", all}}.dump(2) + "\n";
}

}  // namespace esplanade::bench
