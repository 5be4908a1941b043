// Grammar and files: the text of a file, and of those it includes, to one tree of sections.
//
//   body      := ( setting | section | include )*
//   setting   := NAME = VALUE            section := NAME [: REFERENCE, ...] { body }
//   include   := include PATTERN         from the folder of the file it stands in; * ? [ ] as in sh
//
// Settings of an included file are added to the section that the include stands in. Sections of
// one name are one section; of settings of one name the later holds. A reference only notes its
// path here: config/syntax/inherit.h follows it.
//
// Inside the sections that swanctl.conf defines (`connections`, `secrets`, `pools`, `authorities`)
// a line is read as strongSwan reads it, elsewhere it may hold several settings (lexer.h).
//
// Errors: the first one ends the parse.
#pragma once

#include "config/loader.h"
#include "config/syntax/section.h"
#include "config/syntax/source.h"

namespace esplanade::config::syntax {

/// The sections of strongSwan.
inline constexpr std::array<std::string_view, 4> swanctl_sections = {"connections", "secrets",
                                                                     "pools", "authorities"};

/// Every file read is added to `sources`.
[[nodiscard]] auto parse(const std::string& path, Loader& files, Sources& sources)
    -> std::expected<Section, Complaint>;

}  // namespace esplanade::config::syntax
