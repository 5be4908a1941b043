// Configurations with IKE in tests: short texts around what a test is about, and a CA with what it
// has issued.
#pragma once

#include "config/load.h"
#include "config/memory_loader_test_support.h"
#include "crypto/openssl/test_pki.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::config::keying::test {

using crypto::openssl::TestCa;
using crypto::openssl::TestCertificate;
using crypto::openssl::to_pem;

/// Made once: keys take their time.
struct Pki {
  TestCa ca{{.subject = "C=CH, O=Esplanade, CN=ca"}};
  TestCertificate moon = ca.issue({.subject = "C=CH, O=Esplanade, CN=moon.example.org",
                                   .key = crypto::KeyType::rsa,
                                   .names = "DNS:moon.example.org,IP:192.0.2.1"});
  TestCertificate carol = ca.issue(
      {.subject = "C=CH, O=Esplanade, CN=carol@example.org", .names = "email:carol@example.org"});
};

inline auto pki() -> Pki& {
  static Pki made;
  return made;
}

/// The folders of moon: its certificate and key, and the CA.
inline auto folders_of_moon() -> std::map<std::string, std::string> {
  return {{"x509/moonCert.pem", to_pem(pki().moon.der, "CERTIFICATE")},
          {"private/moonKey.pem", to_pem(pki().moon.private_key, "PRIVATE KEY")},
          {"x509ca/caCert.pem", to_pem(pki().ca.der(), "CERTIFICATE")}};
}

inline auto load_with(const std::map<std::string, std::string>& credentials,
                      const std::string& text) -> Checked<Configuration> {
  MemoryLoader files;
  files.texts["gw.conf"] = text;
  files.credentials = credentials;
  return load("gw.conf", files);
}

inline auto load_text(const std::string& text) -> Checked<Configuration> {
  return load_with({}, text);
}

/// Keyed by a secret; `settings` stand in line 2, in the section of the connection.
inline auto connection_text(const std::string& settings) -> std::string {
  return fmt::format(
      "connections {{ site {{\n{}\n"
      "remote_addrs = 192.0.2.2\nlocal {{ auth = psk }} remote {{ auth = psk }}\n"
      "children {{ net {{ }} }} }} }} secrets {{ ike {{ secret = s3cret }} }}\n",
      settings);
}

/// The same with `settings` of the child.
inline auto child_text(const std::string& settings) -> std::string {
  return fmt::format(
      "connections {{ site {{ children {{ net {{\n{}\n}} }}\n"
      "remote_addrs = 192.0.2.2\nlocal {{ auth = psk }} remote {{ auth = psk }} }} }}\n"
      "secrets {{ ike {{ secret = s3cret }} }}\n",
      settings);
}

/// "LINE:COLUMN: what", then "; hint" where there is one.
inline auto to_line(const Complaint& complaint) -> std::string {
  const auto& [place, line, what, hint, severity] = complaint;
  const auto where = place.line == 0 ? place.file : fmt::format("{}:{}", place.line, place.column);
  return fmt::format("{}: {}{}{}", where, what, hint.empty() ? "" : "; ", hint);
}

/// The first one, or "none".
inline auto complaint_of(const Checked<Configuration>& loaded) -> std::string {
  return loaded ? "none" : to_line(loaded.error().front());
}
inline auto complaint_about(const std::string& text) -> std::string {
  return complaint_of(load_text(text));
}

inline auto warning_about(const std::string& text) -> std::string {
  const auto loaded = load_text(text);
  if (!loaded) return complaint_of(loaded);
  return loaded->warnings.empty() ? "none" : to_line(loaded->warnings.front());
}

/// The one connection; a complaint fails the test.
inline auto connection_in(const Checked<Configuration>& loaded) -> policy::Connection {
  if (!loaded) {
    ADD_FAILURE() << loaded.error().front().to_string();
    return {};
  }
  EXPECT_EQ(loaded->connections.size(), 1U);
  return loaded->connections.empty() ? policy::Connection() : *loaded->connections.front();
}
inline auto connection_with(const std::string& settings) -> policy::Connection {
  return connection_in(load_text(connection_text(settings)));
}

/// Its one child.
inline auto child_with(const std::string& settings) -> policy::ChildPolicy {
  const auto connection = connection_in(load_text(child_text(settings)));
  EXPECT_EQ(connection.children.size(), 1U);
  return connection.children.empty() ? policy::ChildPolicy() : connection.children.front();
}

struct Row {
  std::string settings;
  std::string complaint;
};

}  // namespace esplanade::config::keying::test
