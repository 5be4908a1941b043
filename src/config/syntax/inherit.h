// Follows references: `name : base, templates.more { }` takes every setting and section that the
// named sections have and `name` has not, as strongSwan 5.9 does.
//
// - A reference is a path from the root, whatever section it stands in; the section it names may
//   stand later, in another file, or be inherited itself.
// - A section's own settings hold before inherited ones, those of an earlier reference before those
//   of a later one. `key =` clears an inherited setting.
// - Sections of one name are put together, setting by setting, by the same order.
// - Own sections and settings come first, inherited ones follow.
//
// Other than in strongSwan, a reference to nothing and one that leads back to itself are errors.
#pragma once

#include "config/syntax/section.h"
#include "config/syntax/source.h"

namespace esplanade::config::syntax {

/// The tree with nothing left to look up.
[[nodiscard]] auto inherit(const Section& root, const Sources& sources) -> Checked<Section>;

}  // namespace esplanade::config::syntax
