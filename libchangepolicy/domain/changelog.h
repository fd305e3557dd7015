// What a change log in the form of Keep a Changelog 1.1.0 says of one version.
#ifndef LIBCHANGEPOLICY_DOMAIN_CHANGELOG_H_
#define LIBCHANGEPOLICY_DOMAIN_CHANGELOG_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy {

// Largest text that is read, in bytes; a longer one has no section of any version.
inline constexpr size_t kMaxChangelogBytes = 1u << 20;

// With what an entry of `Removed` begins among the features.
inline constexpr std::string_view kRemovedFeature = "Removed: ";

struct ChangelogEntries {
  std::vector<std::string> entries;
  // There are none, and the log says so: `- None`; for features also where it has only fixes, and
  // the other way round.
  bool none = false;
};

struct ChangelogSection {
  bool found = false;  // There is a section of the version.
  bool yanked = false;
  ChangelogEntries features;      // Added, Changed, Deprecated, and Removed as `Removed: ...`.
  ChangelogEntries fixes;         // Fixed, Security.
  ChangelogEntries known_issues;  // Known issues.
  ChangelogEntries instructions;  // Upgrade notes, Instructions, Migration.
};

// The text is Markdown (CommonMark). A section begins with a heading of the second level that names
// the version first, in brackets or without, with a leading `v` or without, like
// `## [2.1.0] - 2026-01-31 [YANKED]`; several of one version count together. Below it stand
// headings of the third level, without regard to case; of any other nothing is read. Each item of a
// list is an entry, and so is each paragraph beside one; what is nested in an item joins it. Of
// markup only the text remains. O(text) where it is not made to be slow.
ChangelogSection ReadChangelog(std::string_view text, std::string_view version);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_CHANGELOG_H_
