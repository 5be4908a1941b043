#include "ike/session/notices.h"

#include "crypto/registry.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

namespace esplanade::ike::session {
namespace {

auto notice_of(const IkeSa& sa, Level level, std::string_view event) -> Notice {
  Notice notice{.level = level, .event = std::string(event), .fields = {}, .is_strangers = false};
  if (sa.connection) notice.fields.emplace_back("connection", sa.connection->name);
  notice.fields.emplace_back("session", fmt::format("{}", std::to_underlying(sa.id)));
  notice.fields.emplace_back("ours", sa.path.ours.to_string());
  notice.fields.emplace_back("theirs", sa.path.theirs.to_string());
  // Nobody has proven anything before IKE_AUTH, unless it was we who called.
  notice.is_strangers = !sa.is_established() && !sa.is_original_initiator;
  return notice;
}

}  // namespace

void tell(const IkeSa& sa, Level level, std::string_view event, Fields fields, Context& context) {
  auto notice = notice_of(sa, level, event);
  for (auto& field : fields) notice.fields.push_back(std::move(field));
  context.out.emplace_back(Note{std::move(notice)});
}

void tell_failure(const IkeSa& sa, std::string_view event, const Reason& reason, Context& context) {
  Fields fields = {{"why", reason.why}};
  if (!reason.hint.empty()) fields.emplace_back("hint", reason.hint);
  if (const auto line = reason.line.to_string(); !line.empty()) fields.emplace_back("line", line);
  tell(sa, Level::error, event, std::move(fields), context);
}

void tell_child(const IkeSa& sa, const Child& child, std::string_view event, Context& context) {
  tell(sa, Level::info, event,
       {{"child", child.name},
        {"spi_in", fmt::format("0x{:08x}", std::to_underlying(child.inbound))},
        {"spi_out", fmt::format("0x{:08x}", std::to_underlying(child.outbound))},
        {child.suite.protocol == sa::Protocol::ah ? "ah" : "esp", to_text(child.suite)},
        {"ts_ours", negotiate::to_text(child.ours)},
        {"ts_theirs", negotiate::to_text(child.theirs)}},
       context);
}

auto to_text(const IkeSpis& spis) -> std::string {
  return fmt::format("{:016x}_i {:016x}_r", std::to_underlying(spis.i), std::to_underlying(spis.r));
}

namespace {

/// As `proposals` has it: ciphers of one key length only are offered without it (RFC 7296, 3.3.5).
auto cipher_text(iana::EncryptionId id, std::uint16_t key_bits) -> std::string {
  const auto* info = crypto::find_encryption(id);
  const bool is_fixed = info != nullptr && info->key_bits.size() == 1;
  return sa::to_text(is_fixed ? sa::transform(id) : sa::transform(id, key_bits));
}

}  // namespace

auto to_text(const keys::IkeSuite& suite) -> std::string {
  auto text = cipher_text(suite.encryption, suite.key_bits);
  if (suite.integrity != iana::IntegrityId::none) {
    text += "-" + sa::to_text(sa::transform(suite.integrity));
  }
  text += "-" + sa::to_text(sa::transform(suite.prf));
  return text + "-" + sa::to_text(sa::transform(suite.method));
}

auto to_text(const keys::ChildSuite& suite) -> std::string {
  const auto& algorithms = suite.algorithms;
  const bool is_ah = suite.protocol == sa::Protocol::ah;
  auto text = is_ah ? "" : cipher_text(algorithms.encryption, algorithms.key_bits);
  if (algorithms.integrity != iana::IntegrityId::none) {
    if (!is_ah) text += "-";
    text += sa::to_text(sa::transform(algorithms.integrity));
  }
  if (suite.method != iana::KeyExchangeId::none) {
    text += "-" + sa::to_text(sa::transform(suite.method));
  }
  return suite.esn == sa::Esn::yes ? text + "-esn" : text;
}

auto name_of(iana::NotifyType type) -> std::string {
  const auto* row = iana::find_row(iana::notify_types, type);
  return row != nullptr ? std::string(row->name)
                        : fmt::format("notify {}", std::to_underlying(type));
}

}  // namespace esplanade::ike::session
