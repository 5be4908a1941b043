// What an operator reads of child SAs that were asked for and refused: of IKE_AUTH, and of the
// rekeying that fails an hour later.
#include "ike/explain/explain_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::explain {
namespace {

using namespace test;

auto child(std::vector<std::string_view> texts, std::string_view ts_i = "10.1.0.0/16",
           std::string_view ts_r = "10.2.0.0/16") -> Payloads {
  return {esp_sa(texts), ts(true, ts_i), ts(false, ts_r)};
}
auto in_auth(Payloads asked) -> Payloads {
  asked.insert(asked.begin(), {id(true, "alice.example"), auth(psk)});
  return asked;
}
auto believed_but(NotifyType type) -> Payloads {
  return {id(false, "bob.example"), auth(psk), notify(type)};
}

/// bob believes alice, and refuses her child.
auto with_child(Payloads asked, NotifyType answer) -> Film {
  Film film;
  film.ask(first_auth, in_auth(std::move(asked))).answer(first_auth, believed_but(answer));
  return film;
}
auto with_rekeying(Payloads asked, NotifyType answer) -> Film {
  Film film;
  film.ask(create_child, std::move(asked)).answer(create_child, {notify(answer)});
  return film;
}

// --- proposals -----------------------------------------------------------------------------------

TEST(ChildrenCorpus, names_an_offer_that_was_refused) {
  const auto film = with_child(child({"aes128gcm16"}), NotifyType::no_proposal_chosen);

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered NO_PROPOSAL_CHOSEN: it has none of the ESP proposals of 192.0.2.1 "
            "(aes128gcm16-noesn)");
  EXPECT_EQ(film.report().outcome, Outcome::established);
}

struct Case {
  Payloads asked;
  std::string_view sentence;
};

const std::vector<Case> wrong_proposals{
    {child({"aes128gcm16"}),
     "their proposal 1 differs only in the encryption: they offer aes128gcm16, we want "
     "aes256gcm16"},
    {child({"aes256-sha256"}),
     "their proposal 1 differs only in the encryption: they offer aes256, we want aes256gcm16"},
    {child({"aes256gcm16-esn"}),
     "their proposal 1 differs only in the sequence numbers: they offer esn, we want noesn"},
    {child({"aes256gcm16"}),
     "192.0.2.2 answered NO_PROPOSAL_CHOSEN, but esp_proposals of child net allow what they "
     "offer"},
};

TEST(ChildrenCorpus, compares_with_the_configuration_of_who_refused) {
  for (const auto& one : wrong_proposals) {
    auto film = with_child(one.asked, NotifyType::no_proposal_chosen);
    film.know(bobs());

    EXPECT_EQ(film.why(), one.sentence);
    EXPECT_EQ(film.report().findings.front().line.to_string(), "gw.conf:14");
  }
}

TEST(ChildrenCorpus, sees_a_group_only_when_it_is_rekeyed) {
  auto film = with_rekeying(child({"aes256gcm16-ecp256"}), NotifyType::no_proposal_chosen);
  film.know(bobs());
  EXPECT_EQ(film.why(),
            "their proposal 1 differs only in the key exchange: they offer ecp256, we want none");

  auto connection = bobs();
  connection->children.front().proposals = proposals(SecurityProtocol::esp, {"aes256gcm16-ecp384"});
  film.know(connection);
  EXPECT_EQ(film.why(),
            "their proposal 1 differs only in the key exchange: they offer ecp256, we want ecp384");
}

TEST(ChildrenCorpus, hints_at_pfs_where_only_one_end_is_known) {
  const auto with = with_rekeying(child({"aes256gcm16-ecp256"}), NotifyType::no_proposal_chosen);
  EXPECT_TRUE(with.report().findings.front().hint.starts_with("this asks for PFS"));

  const auto without = with_rekeying(child({"aes256gcm16"}), NotifyType::no_proposal_chosen);
  EXPECT_TRUE(without.report().findings.front().hint.starts_with("this asks for no PFS"));
}

TEST(ChildrenCorpus, compares_with_what_the_other_end_offers_when_it_begins) {
  auto film = with_rekeying(child({"aes256gcm16-ecp256"}), NotifyType::no_proposal_chosen);
  film.ask_back(create_child, child({"aes256gcm16-ecp384"}, "10.2.0.0/16", "10.1.0.0/16"));
  film.answer_back(create_child, {notify(NotifyType::no_proposal_chosen)});

  EXPECT_EQ(film.why(),
            "192.0.2.1's proposal 1 differs only in the key exchange: 192.0.2.1 offers ecp256, "
            "192.0.2.2 wants ecp384\n"
            "192.0.2.2's proposal 1 differs only in the key exchange: 192.0.2.2 offers ecp384, "
            "192.0.2.1 wants ecp256");
}

// --- selectors -----------------------------------------------------------------------------------

TEST(ChildrenCorpus, names_selectors_that_were_refused) {
  EXPECT_EQ(with_child(child({"aes256gcm16"}), NotifyType::ts_unacceptable).why(),
            "192.0.2.2 answered TS_UNACCEPTABLE: it does not allow 10.1.0.0/16 === 10.2.0.0/16");
}

struct SelectorCase {
  std::string_view ts_i, ts_r, sentence, line;
};

const std::vector<SelectorCase> wrong_selectors{
    {"10.3.0.0/16", "10.2.0.0/16",
     "they ask for 10.3.0.0/16 on their side, we allow 10.1.0.0/16 there", "gw.conf:13"},
    {"10.1.0.0/16", "10.4.0.0/16",
     "they ask for 10.4.0.0/16 on our side, we allow 10.2.0.0/16 there", "gw.conf:12"},
    {"10.2.0.0/16", "10.1.0.0/16",
     "they ask for 10.2.0.0/16 on their side, we allow 10.1.0.0/16 there; they ask for 10.1.0.0/16 "
     "on our side, we allow 10.2.0.0/16 there",
     "gw.conf:13"},
    {"10.1.0.0/24", "10.2.0.0/16",
     "192.0.2.2 answered TS_UNACCEPTABLE, but child net allows what they ask for", ""},
};

TEST(ChildrenCorpus, compares_selectors_with_the_configuration_of_who_refused) {
  for (const auto& one : wrong_selectors) {
    auto film = with_child(child({"aes256gcm16"}, one.ts_i, one.ts_r), NotifyType::ts_unacceptable);
    film.know(bobs());

    EXPECT_EQ(film.why(), one.sentence);
    EXPECT_EQ(film.report().findings.front().line.to_string(), one.line);
  }
}

TEST(ChildrenCorpus, points_at_our_selectors_where_the_peer_refused_them) {
  auto film = with_child(child({"aes256gcm16"}), NotifyType::ts_unacceptable);
  film.know(alices());

  EXPECT_EQ(film.report().findings.front().line.to_string(), "gw.conf:12");
  EXPECT_EQ(film.report().findings.front().hint,
            "make local_ts and remote_ts the mirror of the other end's");
}

TEST(ChildrenCorpus, compares_selectors_with_what_the_other_end_asks_for) {
  auto film = with_rekeying(child({"aes256gcm16"}, "10.1.0.0/16", "10.9.0.0/16"),
                            NotifyType::ts_unacceptable);
  film.ask_back(create_child, child({"aes256gcm16"}, "10.2.0.0/16", "10.1.0.0/16"));
  film.answer_back(create_child, {notify(NotifyType::ts_unacceptable)});

  EXPECT_TRUE(film.why().starts_with(
      "192.0.2.1 asks for 10.9.0.0/16 on 192.0.2.2's side, 192.0.2.2 allows 10.2.0.0/16 there"))
      << film.why();
}

TEST(ChildrenCorpus, says_what_was_narrowed) {
  Film film;
  film.ask(create_child, child({"aes256gcm16"}, "10.0.0.0/8", "10.2.0.0/16"));
  film.answer(create_child, child({"aes256gcm16"}, "10.1.0.0/16", "10.2.0.0/16"));

  EXPECT_EQ(film.why(),
            "192.0.2.1 asked for 10.0.0.0/8 === 10.2.0.0/16, 192.0.2.2 gave 10.1.0.0/16 === "
            "10.2.0.0/16");
  EXPECT_EQ(film.report().findings.front().level, Level::info);
}

TEST(ChildrenCorpus, finds_nothing_where_all_went_well) {
  Film film;
  film.ask(first_auth, in_auth(child({"aes256gcm16"})));
  film.answer(first_auth, in_auth(child({"aes256gcm16"})));

  EXPECT_EQ(film.why(), "");
  EXPECT_EQ(film.report().outcome, Outcome::established);
}

// --- the rest ------------------------------------------------------------------------------------

TEST(ChildrenCorpus, names_any_other_refusal) {
  const auto of = [](NotifyType type) { return with_child(child({"aes256gcm16"}), type).why(); };

  EXPECT_EQ(of(NotifyType::no_additional_sas), "192.0.2.2 answered NO_ADDITIONAL_SAS");
  EXPECT_EQ(of(NotifyType::failed_cp_required), "192.0.2.2 answered FAILED_CP_REQUIRED");
  EXPECT_EQ(of(NotifyType::internal_address_failure),
            "192.0.2.2 answered INTERNAL_ADDRESS_FAILURE");
  EXPECT_EQ(of(NotifyType::single_pair_required),
            "192.0.2.2 answered SINGLE_PAIR_REQUIRED: it does not allow 10.1.0.0/16 === "
            "10.2.0.0/16");
}

TEST(ChildrenCorpus, takes_temporary_failure_for_what_it_is) {
  const auto film = with_rekeying(child({"aes256gcm16"}), NotifyType::temporary_failure);

  EXPECT_EQ(film.report().findings.front().level, Level::info);
}

}  // namespace
}  // namespace esplanade::ike::explain
