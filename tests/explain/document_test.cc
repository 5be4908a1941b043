// docs/troubleshooting.md tells what really happens: each of its examples is played, and what the
// two ends log and `esplanade diagnose` prints is compared with what stands there.
#include "tests/explain/document.h"
#include "cli/command_line.h"
#include "crypto/openssl/test_pki.h"
#include "tests/explain/stage.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <fstream>
#include <regex>
#include <sstream>

namespace esplanade::explain_test {
namespace {

using crypto::openssl::TestCa;
using crypto::openssl::TestCertificate;

/// The working directory for as long as it lives: file names in sentences are short.
class Folder {
 public:
  Folder() : before_(std::filesystem::current_path()) {
    std::filesystem::create_directories(path_);
    std::filesystem::current_path(path_);
  }
  Folder(const Folder&) = delete;
  auto operator=(const Folder&) -> Folder& = delete;
  ~Folder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  [[nodiscard]] auto path() const -> const std::filesystem::path& { return path_; }
  void write(const std::filesystem::path& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    std::filesystem::permissions(
        path_ / name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("esplanade_explain_" + std::to_string(::getpid()));
};

void put(const Folder& folder, const std::string& name, const TestCertificate& certificate) {
  using crypto::openssl::to_pem;
  folder.write("x509/" + name, to_pem(certificate.der, "CERTIFICATE"));
  folder.write("private/" + name, to_pem(certificate.private_key, "PRIVATE KEY"));
}

/// What both ends' folders hold: certificates of alice and bob, one of alice's of an authority
/// nobody trusts, and a long one.
void put_certificates(const Folder& folder) {
  static TestCa root({.subject = "C=CH, O=Example, CN=Example CA"});
  static TestCa stranger({.subject = "C=CH, O=Elsewhere, CN=Other CA"});
  static const auto alice =
      root.issue({.subject = "C=CH, O=Example, CN=alice", .names = "DNS:alice.example"});
  static const auto bob =
      root.issue({.subject = "C=CH, O=Example, CN=bob", .names = "DNS:bob.example"});
  static const auto strange =
      stranger.issue({.subject = "C=CH, O=Example, CN=alice", .names = "DNS:alice.example"});
  static const auto large = root.issue({.subject = "C=CH, O=Example, CN=alice",
                                        .key = crypto::KeyType::rsa,
                                        .rsa_bits = 3072,
                                        .names = "DNS:alice.example"});
  folder.write("x509ca/root.pem", crypto::openssl::to_pem(root.der(), "CERTIFICATE"));
  put(folder, "alice.pem", alice);
  put(folder, "bob.pem", bob);
  put(folder, "strange.pem", strange);
  put(folder, "large.pem", large);
}

auto diagnosed(const Block& block) -> std::string {
  std::vector<std::string> words{"esplanade", "diagnose"};
  std::istringstream arguments(block.argument);
  for (std::string word; arguments >> word;) words.push_back(word);
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  std::ostringstream out;
  std::ostringstream err;
  (void)cli::run(static_cast<int>(argv.size()), argv.data(), {.out = out, .err = err});
  return out.str() + err.str();
}

/// SPIs are random, and change with everything that draws random numbers before them.
auto without_spis(const std::string& text) -> std::string {
  return std::regex_replace(text, std::regex("\\b[0-9a-f]{16}\\b"), "(SPI)");
}

/// What should stand in the document, by the place of the block.
using Renewed = std::map<std::size_t, std::pair<std::size_t, std::string>>;

void play(const Example& example, Renewed& renewed) {
  const Folder folder;
  put_certificates(folder);
  for (const auto& [name, text] : example.files) folder.write(name, text);
  Stage stage(folder.path(), example.network);
  stage.play();
  stage.write_capture();

  for (const auto& block : example.expected) {
    const auto is_log = block.kind == "log";
    const auto end = block.argument == "alice" ? End::alice : End::bob;
    const auto said = is_log ? stage.log(end) : diagnosed(block);
    EXPECT_EQ(without_spis(said), without_spis(block.text()))
        << example.title << ", " << block.kind << " " << block.argument;
    if (without_spis(said) != without_spis(block.text())) {
      renewed[block.at] = {block.text().size(), said};
    }
  }
}

auto read(const std::string& path) -> std::string {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// For whoever has changed a sentence on purpose.
void write_renewed(std::string document, const Renewed& renewed) {
  for (auto it = renewed.rbegin(); it != renewed.rend(); ++it) {
    document.replace(it->first, it->second.first, it->second.second);
  }
  const auto path = std::filesystem::temp_directory_path() / "troubleshooting.md";
  std::ofstream(path) << document;
  ADD_FAILURE() << "the document as it should be: " << path;
}

TEST(Troubleshooting, tells_what_really_happens) {
  const auto document = read(ESPLANADE_TROUBLESHOOTING);
  const auto examples = examples_in(document);
  Renewed renewed;

  ASSERT_GE(examples.size(), 12U);
  for (const auto& example : examples) play(example, renewed);
  if (!renewed.empty()) write_renewed(document, renewed);
}

TEST(Document, changes_lines_of_a_file) {
  const auto examples = examples_in(
      "```conf a.conf\nx = 1\ny = 2\n```\n## One\n```diff a.conf\n-y = 2\n+y = 3\n```\n"
      "```log bob\nz\n```\n## Nothing\n## Two\n```diagnose x.pcap\n{}\n```\n");

  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].title, "One");
  EXPECT_EQ(examples[0].files.at("a.conf"), "x = 1\ny = 3\n");
  EXPECT_EQ(examples[1].files.at("a.conf"), "x = 1\ny = 2\n");
  EXPECT_EQ(examples[1].expected.front().argument, "x.pcap");
}

TEST(Document, refuses_a_change_to_what_is_not_there) {
  EXPECT_THROW(
      (void)examples_in("```conf a.conf\nx = 1\n```\n## One\n```diff a.conf\n-q\n+r\n```\n"),
      std::runtime_error);
}

}  // namespace
}  // namespace esplanade::explain_test
