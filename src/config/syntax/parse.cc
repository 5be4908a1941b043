#include "config/syntax/parse.h"

#include "config/syntax/lexer.h"
#include "core/result.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace esplanade::config::syntax {
namespace {

constexpr std::size_t deepest_section = 16;
constexpr std::size_t deepest_include = 10;  // as strongSwan
constexpr std::size_t most_files = 1000;     // included by each other they double at every level

using Done = std::expected<void, Complaint>;

/// What all files of one parse share.
struct Parse {
  Loader& files;
  Sources& sources;
  std::vector<std::string> chain;  ///< the files that are open, the outermost first
  std::size_t files_read = 0;
};

/// Where settings go.
struct Into {
  Section& section;
  std::size_t depth = 0;
  Values values = Values::several;
};

class FileParser {
 public:
  FileParser(Parse& parse, Source& source) : parse_(parse), source_(source), lexer_(source) {}

  /// A whole file.
  auto file(Into into) -> Done;

 private:
  auto body(Into into) -> Done;
  auto statement(Into into) -> Done;
  auto setting(std::string_view name, std::size_t name_at, Into into) -> Done;
  auto section(std::string_view name, std::size_t name_at, Into into) -> Done;
  auto references(Section& of) -> Done;
  auto include(std::size_t at, Into into) -> Done;
  auto include_file(const std::string& path, std::size_t at, Into into) -> Done;
  [[nodiscard]] auto fail(Fault fault) const -> std::unexpected<Complaint>;
  /// The same, where the rest of a broken key may stand.
  [[nodiscard]] auto misread(Fault fault) -> std::unexpected<Complaint>;

  Parse& parse_;
  Source& source_;
  Lexer lexer_;
  bool is_behind_secret_ = false;  // the last setting was one
};

auto FileParser::fail(Fault fault) const -> std::unexpected<Complaint> {
  return std::unexpected(parse_.sources.complaint(source_.place(fault.offset),
                                                  std::move(fault.what), std::move(fault.hint)));
}

auto FileParser::file(Into into) -> Done {
  TRY(body(into));
  if (lexer_.at_end()) return {};
  return fail({lexer_.offset(), "`}` closes no section of this file", {}});
}

auto FileParser::body(Into into) -> Done {
  const auto is_over = [&] {
    lexer_.skip_space();
    return lexer_.at_end() || source_.text()[lexer_.offset()] == '}';
  };
  while (!is_over()) TRY(statement(into));
  return {};
}

auto FileParser::statement(Into into) -> Done {
  const auto at = lexer_.offset();
  const auto name = lexer_.name();
  if (name.empty()) return misread({at, "expected a setting or a section", {}});
  if (name == "include" && lexer_.is_include()) return include(at, into);

  lexer_.skip_space();
  if (lexer_.take('=')) return setting(name, at, into);
  const auto next = lexer_.at_end() ? '\0' : source_.text()[lexer_.offset()];
  if (next == ':' || next == '{') return section(name, at, into);
  if (next == '.') {
    return misread(
        {lexer_.offset(), "a name has no dot in it", "a section in a section is `a { b { } }`"});
  }
  return misread({at, fmt::format("expected `=`, `{{` or `:` after `{}`", name), {}});
}

auto FileParser::misread(Fault fault) -> std::unexpected<Complaint> {
  if (!is_behind_secret_) return fail(std::move(fault));
  const auto end = source_.text().find('\n', fault.offset);
  source_.redact(fault.offset, std::min(end, source_.text().size()));
  return fail({fault.offset, "expected a setting or a section behind the key",
               "a key stands on one line; in double quotes, a backslash at the end of a line "
               "goes on with the next"});
}

auto FileParser::setting(std::string_view name, std::size_t name_at, Into into) -> Done {
  Setting setting;
  setting.key = name;
  setting.key_place = source_.place(name_at);
  const auto begin = lexer_.offset();
  auto value = lexer_.value(into.values);
  if (value && *value) {
    auto& [text, at] = **value;
    setting.is_verbatim = source_.text().substr(at, text.size()) == text;
    setting.value_place = source_.place(at);
    setting.value = std::move(text);
  } else {
    setting.value_place = setting.key_place;
  }
  is_behind_secret_ = is_secret_name(setting.key);
  if (is_behind_secret_) source_.redact(begin, lexer_.offset());
  if (!value) return fail(std::move(value).error());
  into.section.set(std::move(setting));
  return {};
}

auto FileParser::section(std::string_view name, std::size_t name_at, Into into) -> Done {
  if (into.depth == deepest_section) return fail({name_at, "sections are nested too deeply", {}});
  auto& section = into.section.open(name, source_.place(name_at));
  if (lexer_.take(':')) TRY(references(section));
  const auto brace = lexer_.offset();
  if (!lexer_.take('{')) return fail({brace, fmt::format("expected `{{` of `{}`", name), {}});

  const auto is_swanctl =
      into.depth == 0 && std::ranges::find(swanctl_sections, name) != swanctl_sections.end();
  TRY(body({section, into.depth + 1, is_swanctl ? Values::one : into.values}));
  if (lexer_.take('}')) return {};
  return fail({name_at, fmt::format("section `{}` is not closed by `}}`", name), {}});
}

auto FileParser::references(Section& of) -> Done {
  do {
    lexer_.skip_space();
    const auto at = lexer_.offset();
    const auto path = lexer_.dotted_name();
    if (path.empty()) return fail({at, "expected the name of a section to inherit from", {}});
    const auto is_known = std::ranges::find(of.references, path, &Reference::path);
    if (is_known == of.references.end()) {
      of.references.push_back({std::string(path), source_.place(at)});
    }
    lexer_.skip_space();
  } while (lexer_.take(','));
  return {};
}

auto FileParser::include(std::size_t at, Into into) -> Done {
  auto pattern = lexer_.pattern();
  if (!pattern) return fail(std::move(pattern).error());
  for (const auto& path : parse_.files.glob(path_beside(source_.path(), *pattern))) {
    TRY(include_file(path, at, into));
  }
  return {};
}

auto FileParser::include_file(const std::string& path, std::size_t at, Into into) -> Done {
  const auto chain = [&] { return fmt::format("{} > {}", fmt::join(parse_.chain, " > "), path); };
  if (std::ranges::find(parse_.chain, path) != parse_.chain.end()) {
    return fail({at, "this file includes itself", chain()});
  }
  if (parse_.chain.size() > deepest_include) {
    return fail({at, fmt::format("includes nest deeper than {}", deepest_include), chain()});
  }
  if (++parse_.files_read > most_files) return fail({at, "too many files are included", {}});
  auto text = parse_.files.read(path);
  if (!text) return fail({at, fmt::format("cannot read {}: {}", path, text.error().why), {}});

  parse_.chain.push_back(path);
  auto& source = parse_.sources.add(path, std::move(*text));
  TRY(FileParser(parse_, source).file(into));
  parse_.chain.pop_back();
  return {};
}

}  // namespace

auto parse(const std::string& path, Loader& files, Sources& sources)
    -> std::expected<Section, Complaint> {
  auto text = files.read(path);
  if (!text) {
    return std::unexpected(Complaint{.place = {.file = path, .line = 0, .column = 0},
                                     .line = {},
                                     .what = fmt::format("cannot read: {}", text.error().why),
                                     .hint = {}});
  }
  auto& source = sources.add(path, std::move(*text));
  Parse parse{.files = files, .sources = sources, .chain = {path}};
  Section root;
  root.place = {.file = path, .line = 1, .column = 1};
  TRY(FileParser(parse, source).file({.section = root}));
  return root;
}

}  // namespace esplanade::config::syntax
