#include "config/keying/authorities.h"

#include <fmt/format.h>

namespace esplanade::config::keying {
namespace {

constexpr auto setting_names =
    std::to_array<std::string_view>({"cacert", "file", "crl_uris", "ocsp_uris"});
constexpr auto token = "tokens (PKCS #11)";
constexpr auto certificate_as_file = "put the certificate into x509ca, and name it with `cacert`";
constexpr auto unbuilt = std::to_array<check::Unbuilt>({
    {"cert_uri_base", "certificates by hash and URL", {}, "leave it out: they are sent whole"},
    {"handle", token, {}, certificate_as_file},
    {"slot", token, {}, certificate_as_file},
    {"module", token, {}, certificate_as_file},
});

constexpr std::string_view file_scheme = "file://";

void complain_url(const syntax::Setting& setting, const check::Item& item, const Context& context) {
  context.check.complain(
      setting.place_at(item.offset),
      fmt::format("`{}` is no address of `{}`", item.text, setting.key),
      setting.key == "crl_uris" ? "http:// and file:// are known here" : "http:// is known here");
}

auto read_urls(const syntax::Section& section, std::string_view key, const Context& context,
               policy::Credentials& to) -> std::vector<std::string> {
  std::vector<std::string> urls;
  const auto* setting = section.find(key);
  if (setting == nullptr) return urls;
  for (const auto& item : check::split_list(*setting->value)) {
    if (item.text.starts_with("http://")) {
      urls.emplace_back(item.text);
    } else if (key == "crl_uris" && item.text.starts_with(file_scheme)) {
      const std::string path(item.text.substr(file_scheme.size()));
      auto crl = read_crl(context.files, path);
      if (crl) {
        to.crls.push_back(*std::move(crl));
      } else {
        context.check.complain(setting->place_at(item.offset), path + " " + crl.error());
      }
    } else {
      complain_url(*setting, item, context);
    }
  }
  return urls;
}

/// `cacert` is from the folder x509ca, `file` from that of the configuration.
auto read_certificate(const syntax::Section& section, const Context& context)
    -> crypto::CertificatePtr {
  const auto* cacert = section.find("cacert");
  const auto* file = section.find("file");
  if ((cacert == nullptr) == (file == nullptr)) {
    context.check.complain(
        section.place, cacert == nullptr ? fmt::format("`{}` has no `cacert`", section.name)
                                         : std::string("`cacert` and `file` exclude each other"));
    return nullptr;
  }
  const auto& setting = cacert == nullptr ? *file : *cacert;
  const auto path = cacert == nullptr
                        ? syntax::path_beside(setting.value_place.file, *setting.value)
                        : path_in(context, "x509ca", *setting.value);
  const auto found = read_authorities(context.files, path);
  if (found) return found->front();
  context.check.complain(setting.value_place, path + " " + found.error());
  return nullptr;
}

}  // namespace

void read_authority_sections(const syntax::Section& root, const Context& context,
                             policy::Credentials& to) {
  const auto* section = root.find_section("authorities");
  if (section == nullptr) return;
  for (const auto& setting : section->settings) {
    context.check.complain(setting.key_place, "`authorities` holds sections, one a CA");
  }
  for (const auto& one : section->sections) {
    check::check_names(one, {.settings = setting_names, .sections = {}, .unbuilt = unbuilt},
                       context.check);
    policy::Authority authority{.name = one.name,
                                .certificate = read_certificate(one, context),
                                .crl_urls = read_urls(one, "crl_uris", context, to),
                                .ocsp_urls = read_urls(one, "ocsp_uris", context, to)};
    if (authority.certificate == nullptr) continue;
    add_certificates({authority.certificate}, to.anchors);
    to.authorities.push_back(std::move(authority));
  }
}

}  // namespace esplanade::config::keying
