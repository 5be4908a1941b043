// Collects what is wrong while sections are read, and reads one setting at a time:
//
//   read(section, "mtu", check, number(1280, 9000), dataplane.mtu);     // stays, where not set
#pragma once

#include "config/check/values.h"
#include "config/syntax/section.h"
#include "config/syntax/source.h"

#include <span>

namespace esplanade::config::check {

class Checker {
 public:
  explicit Checker(const syntax::Sources& sources) : sources_(sources) {}

  void complain(const Place& place, std::string what, std::string hint = {});
  /// About what works all the same.
  void warn(const Place& place, std::string what, std::string hint = {});
  [[nodiscard]] auto is_content() const noexcept -> bool { return complaints_.empty(); }
  /// In the order of the text.
  [[nodiscard]] auto complaints() && -> Complaints;
  [[nodiscard]] auto warnings() && -> Complaints;

 private:
  const syntax::Sources& sources_;
  Complaints complaints_, warnings_;
};

/// What strongSwan has and this version has not: "`NAME` needs NEEDS, which ...".
struct Unbuilt {
  std::string_view name;  ///< of a setting or section; with a `*` at its end, of all that begin so
  std::string_view needs;
  std::string_view neutral;  ///< values, with spaces between, that ask for nothing
  std::string_view instead;  ///< what to do, where there is more to say than to leave it out
};

/// The names a section may hold; those with a `*` at their end stand for all that begin so.
struct Names {
  std::span<const std::string_view> settings;
  std::span<const std::string_view> sections;
  std::span<const Unbuilt> unbuilt;
};

/// Is `name` what `pattern` stands for?
[[nodiscard]] auto is_named(std::string_view name, std::string_view pattern) -> bool;

/// Complains about every setting and section that `names` has not.
void check_names(const syntax::Section& section, const Names& names, Checker& check);

/// "`mtu` must be a number from 1280 to 9000, not `12`", at the place of what does not fit.
void complain_misfit(const syntax::Setting& setting, const Misfit& misfit, Checker& check);

/// Puts the value of `key` into `to` if it is set and `parse` takes it, complains if it does not.
/// True if there is such a value.
template <class T, class Parse>
auto read(const syntax::Section& section, std::string_view key, Checker& check, const Parse& parse,
          T& to) -> bool {
  const auto* setting = section.find(key);
  if (setting == nullptr) return false;
  auto value = parse(std::string_view(*setting->value));
  if (!value) {
    complain_misfit(*setting, value.error(), check);
    return false;
  }
  to = static_cast<T>(*std::move(value));
  return true;
}

/// `copy_dscp` and `copy_ecn` of a connection or a child.
template <class To>
void read_tos(const syntax::Section& section, Checker& check, To& to) {
  CopiedDscp copied{.outer = to.dscp, .inner = to.inner_dscp};
  read(section, "copy_dscp", check, parse_copy_dscp, copied);
  to.dscp = copied.outer;
  to.inner_dscp = copied.inner;
  read(section, "copy_ecn", check, parse_copy_ecn, to.ecn);
}

}  // namespace esplanade::config::check
