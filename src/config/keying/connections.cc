#include "config/keying/connections.h"

#include "config/keying/connection.h"
#include "config/keying/credentials.h"
#include "config/keying/policy_ids.h"
#include "config/keying/proof.h"
#include "config/keying/reach.h"
#include "config/keying/shunts.h"

namespace esplanade::config::keying {
namespace {

void read_all_shunts(const syntax::Section& connections, const Context& context,
                     std::vector<policy::ClearEntry>& to) {
  for (const auto& section : connections.sections) {
    for (auto& one : read_shunts(section, context.check)) to.push_back(std::move(one));
  }
}

/// Those that somebody is keyed with.
auto keyed_sections(const syntax::Section& connections) -> std::vector<const syntax::Section*> {
  std::vector<const syntax::Section*> sections;
  for (const auto& section : connections.sections) {
    if (!has_only_shunts(section)) sections.push_back(&section);
  }
  return sections;
}

auto read_sections(const syntax::Section& connections, const Context& context,
                   policy::Credentials& credentials) -> std::vector<policy::Connection> {
  std::vector<policy::Connection> list;
  for (const auto& setting : connections.settings) {
    context.check.complain(setting.key_place, "`connections` holds sections, one a connection");
  }
  for (const auto* const section : keyed_sections(connections)) {
    list.push_back(read_connection(*section, context, credentials));
    check_reach(*section, list.back(), context.check);
  }
  return list;
}

}  // namespace

auto read_keying(const syntax::Section& root, const Context& context) -> Keying {
  const auto* section = root.find_section("connections");
  if (section == nullptr) {
    const auto has_more =
        root.find_section("secrets") != nullptr || root.find_section("authorities") != nullptr;
    auto credentials = has_more ? read_credentials(root, context) : policy::Credentials();
    return {.shunts = {},
            .connections = {},
            .credentials = std::make_shared<const policy::Credentials>(std::move(credentials))};
  }
  auto credentials = read_credentials(root, context);
  auto list = read_sections(*section, context, credentials);
  number_policies(list);
  const auto sections = keyed_sections(*section);
  for (std::size_t i = 0; i < list.size(); ++i) {
    settle_proof(*sections[i], credentials, context.check, list[i]);
  }
  Keying keying;
  read_all_shunts(*section, context, keying.shunts);
  for (auto& one : list) {
    keying.connections.push_back(std::make_shared<const policy::Connection>(std::move(one)));
  }
  keying.credentials = std::make_shared<const policy::Credentials>(std::move(credentials));
  return keying;
}

}  // namespace esplanade::config::keying
