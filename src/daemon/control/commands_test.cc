#include "daemon/control/commands.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace esplanade::daemon {
namespace {

using nlohmann::json;

template <class One>
auto event(std::string_view line) -> One {
  return std::get<One>(std::get<ike::Event>(parse_question(line).value()));
}

TEST(ParseQuestion, knows_every_command) {
  const auto initiate =
      event<ike::Initiate>(R"({"command":"initiate","connection":"site","child":"net"})");
  EXPECT_EQ(initiate.connection, "site");
  EXPECT_EQ(initiate.child, "net");
  EXPECT_EQ(event<ike::Terminate>(R"({"command":"terminate","connection":"a"})").child, "");
  EXPECT_EQ(event<ike::Rekey>(R"({"command":"rekey","connection":"a"})").connection, "a");
  EXPECT_EQ(
      event<ike::Reauthenticate>(R"({"command":"reauthenticate","connection":"a"})").connection,
      "a");
  EXPECT_TRUE(
      std::holds_alternative<StatusQuestion>(parse_question(R"({"command":"status"})").value()));
}

TEST(ParseQuestion, says_what_is_wrong) {
  EXPECT_EQ(parse_question("status").error(), "this is no JSON object");
  EXPECT_EQ(parse_question("[1]").error(), "this is no JSON object");
  EXPECT_EQ(parse_question("{}").error(), "there is no command ``");
  EXPECT_EQ(parse_question(R"({"command":"stauts"})").error(), "there is no command `stauts`");
  EXPECT_EQ(parse_question(R"({"command":"rekey","connection":3})").error(),
            "rekey needs a connection");
}

TEST(ParseQuestion, takes_a_packet_and_says_what_is_wrong_with_one) {
  const auto packet = [](std::string_view line) {
    return std::get<CarriersQuestion>(parse_question(line).value()).packet;
  };
  const auto why = [](std::string_view line) { return parse_question(line).error(); };
  const auto udp =
      packet(R"({"command":"carriers","from":"10.1.0.5","to":"10.2.0.7","protocol":17,)"
             R"("sport":1,"dport":53})");
  EXPECT_EQ(udp.src.to_string(), "10.1.0.5");
  EXPECT_EQ(udp.dst.to_string(), "10.2.0.7");
  EXPECT_EQ(udp.ports, (net::Ports{1, 53}));
  EXPECT_EQ(packet(R"({"command":"carriers","from":"::1","to":"::2","protocol":50})").ports,
            std::nullopt);
  EXPECT_EQ(why(R"({"command":"carriers"})"), "`from` must be an address");
  EXPECT_EQ(why(R"({"command":"carriers","from":"::1","to":"10.2.0.7","protocol":17})"),
            "`from` and `to` are of different families");
  EXPECT_EQ(why(R"({"command":"carriers","from":"::1","to":"::2"})"), "carriers needs a protocol");
  EXPECT_EQ(why(R"({"command":"carriers","from":"::1","to":"::2","protocol":256})"),
            "`protocol` must be a number up to 255");
  EXPECT_EQ(why(R"({"command":"carriers","from":"::1","to":"::2","protocol":17,"sport":-1})"),
            "`sport` must be a number up to 65535");
}

TEST(FindUnknown, names_what_is_not_there) {
  policy::Connection site;
  site.name = "site";
  site.children = {{.name = "net"}};
  const std::vector<policy::ConnectionPtr> connections = {
      std::make_shared<const policy::Connection>(site)};

  EXPECT_EQ(find_unknown(ike::Initiate{"site", "net"}, connections), std::nullopt);
  EXPECT_EQ(find_unknown(ike::Initiate{"site", ""}, connections), std::nullopt);
  EXPECT_EQ(find_unknown(ike::Reauthenticate{"site"}, connections), std::nullopt);
  EXPECT_EQ(find_unknown(ike::Tick{}, connections), std::nullopt);
  EXPECT_EQ(find_unknown(ike::Rekey{"sites", "net"}, connections),
            "there is no connection `sites`");
  EXPECT_EQ(find_unknown(ike::Reauthenticate{"sites"}, connections),
            "there is no connection `sites`");
  EXPECT_EQ(find_unknown(ike::Terminate{"site", "nets"}, connections),
            "connection `site` has no child `nets`");
}

TEST(Answer, is_no_success_if_an_error_was_noted) {
  const ike::Notice fine{.event = "ike_initiated", .fields = {{"connection", "site"}}};
  const ike::Notice bad{.level = ike::Level::error, .event = "no_such_connection", .fields = {}};

  const auto good = json::parse(answer({fine}));
  EXPECT_EQ(good["ok"], true);
  EXPECT_EQ(good["notices"][0]["connection"], "site");
  EXPECT_EQ(json::parse(answer({fine, bad}))["ok"], false);
  EXPECT_EQ(json::parse(answer(std::vector<ike::Notice>{}))["ok"], true);
}

TEST(Answer, refuses_with_a_reason) {
  const auto said = json::parse(refusal("no \"such\" thing"));
  EXPECT_EQ(said["ok"], false);
  EXPECT_EQ(said["why"], "no \"such\" thing");
}

}  // namespace
}  // namespace esplanade::daemon
