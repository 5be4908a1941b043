// The operator's files as they were read, kept for the lines and carets of complaints, without the
// secrets in them: the parser wipes a key as soon as it has taken it, and lines are shown starred.
//
// Units: offsets in octets; lines and columns from 1, columns in characters of UTF-8.
#pragma once

#include "config/complaint.h"

#include <deque>
#include <string_view>

namespace esplanade::config::syntax {

class Source {
 public:
  Source(std::string path, std::string text);

  [[nodiscard]] auto path() const noexcept -> const std::string& { return path_; }
  [[nodiscard]] auto text() const noexcept -> std::string_view { return text_; }
  [[nodiscard]] auto place(std::size_t offset) const -> Place;
  /// The line for people to see, with stars for what may be a key: values of secret names, and runs
  /// of hexadecimal digits that are longer than any other value has.
  [[nodiscard]] auto line(std::size_t number) const -> std::string;
  /// Overwrites octets from `begin` to before `end` with stars, spaces excepted.
  void redact(std::size_t begin, std::size_t end) noexcept;

 private:
  std::string path_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
};

class Sources {
 public:
  /// The reference stays valid.
  auto add(std::string path, std::string text) -> Source&;
  /// Files are numbered as they were read; an unknown one comes last.
  [[nodiscard]] auto number_of(std::string_view path) const noexcept -> std::size_t;
  /// With the line at `place` filled in; `what` may quote the text.
  [[nodiscard]] auto complaint(Place place, std::string what, std::string hint = {}) const
      -> Complaint;
  /// Adds the complaint to `to` if it is not there yet (a setting that two sections inherit is read
  /// twice). A hundred are enough for one pass.
  void complain(Complaints& to, const Place& place, std::string what, std::string hint) const;

 private:
  std::deque<Source> sources_;
};

/// Is `name` one of a setting whose value is nobody's business, or near enough to be one with a
/// slip in it?
[[nodiscard]] auto is_secret_name(std::string_view name) -> bool;

/// "gw.conf:7:3"
[[nodiscard]] auto to_string(const Place& place) -> std::string;

/// `relative` as seen from the folder of the file `from`; an absolute path is kept.
[[nodiscard]] auto path_beside(const std::string& from, std::string_view relative) -> std::string;

}  // namespace esplanade::config::syntax
