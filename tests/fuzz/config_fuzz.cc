// A configuration: whatever the text, it becomes typed values or complaints with a place in it.
//
// The input is the main file and, behind lines of `---`, the files it may include (0.conf, 1.conf
// and so on). Every key file that is named exists, with a key of its own.
#include "config/key_file.h"
#include "config/load.h"

#include <map>

using namespace esplanade;
using core::ensure;

namespace {

class FuzzLoader : public config::Loader {
 public:
  explicit FuzzLoader(std::string_view input) {
    for (auto number = 0; !input.empty(); ++number) {
      const auto end = std::min(input.find(separator), input.size());
      const auto path = number == 0 ? "main" : std::to_string(number - 1) + ".conf";
      texts_[path] = input.substr(0, end);
      input.remove_prefix(std::min(end + separator.size(), input.size()));
    }
    texts_.try_emplace("main");
  }

  auto read(const std::string& path) -> std::expected<std::string, config::LoadError> override {
    const auto it = texts_.find(path);
    if (it == texts_.end()) return std::unexpected(config::LoadError{"no such file"});
    return it->second;
  }

  auto glob(const std::string& pattern) -> std::vector<std::string> override {
    if (pattern.find('*') == std::string::npos) return {pattern};
    std::vector<std::string> paths;
    for (const auto& [path, text] : texts_) paths.push_back(path);
    return paths;
  }

  auto read_key_file(const std::string& path)
      -> std::expected<config::KeyFile, config::LoadError> override {
    config::KeyFileContent content;
    content.algorithms = {.encryption = iana::EncryptionId::encr_aes_gcm_16, .key_bits = 128};
    std::array<std::byte, 20> key{};
    core::copy(core::as_view(path).first(std::min(path.size(), key.size())), key);
    content.keys.encryption = sa::EncryptionKey(key);
    return config::KeyFile{.text = config::write_key_file(content), .is_used = path.size() > 10};
  }

 private:
  static constexpr std::string_view separator = "\n---\n";
  std::map<std::string, std::string> texts_;
};

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  if (size > 1U << 16) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  FuzzLoader files(text);
  if (const auto configuration = config::load("main", files)) {
    ensure(!config::describe(*configuration).empty());
  } else {
    ensure(!configuration.error().empty());
    for (const auto& complaint : configuration.error()) {
      ensure(complaint.place.line >= 1 && complaint.place.line <= size + 1);
      ensure(!complaint.to_string().empty());
    }
  }
  if (size <= config::key_file_max) {
    const auto content = config::parse_key_file(config::KeyText(core::as_view(text)));
    if (content) ensure(config::parse_key_file(config::write_key_file(*content)).has_value());
  }
  return 0;
}
