// Which records belong together: sources, keys, versions and their order.
#ifndef LIBCHANGEPOLICY_MAPPING_GATHER_H_
#define LIBCHANGEPOLICY_MAPPING_GATHER_H_

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/mapping/functions.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/mapping/record_value.h"

namespace changepolicy {

// A record of a source: a file's content, or one of its elements.
struct Piece {
  std::string name;  // the file, with the element's index
  const ForeignRecord* record = nullptr;
  cel::Value content;
  std::string problem;  // why it cannot be used; else empty
  // Files of records that say the same: later deliveries of it.
  std::vector<std::string> repeats = {};
  // By `order`; nothing where the source has none.
  std::optional<std::variant<absl::Time, double, std::string>> at;
};

// A primary record: its versions, the oldest first. At least one.
struct Primary {
  std::vector<Piece> versions;
  const Piece& last() const { return versions.back(); }
  std::string key;
  std::string problem;  // why nothing can be joined to it; else empty
};

// Thread-compatible. Mapping, records and log must outlive it.
class Gatherer {
 public:
  Gatherer(const Mapping& mapping, const std::map<std::string, std::vector<ForeignRecord>>& records,
           const FunctionHost& host, ReadLog* log);

  // In the order in which their first version was given.
  const std::vector<Primary>& primaries() const { return primaries_; }
  // Joined records that would be missing where they belong, and nobody knows where that is.
  const std::vector<Piece>& unusable() const { return unusable_; }

  // The records of a joined source that belong to the primary one, by `order`. Nothing, and why,
  // where that cannot be told.
  std::optional<std::vector<Piece>> Joined(const v1::Source& source, const Primary& primary,
                                           std::string* problem) const;

 private:
  cel::Value Ask(const cel::Expression& expression, const Piece& piece) const;
  std::vector<Piece> PiecesOf(const v1::Source& source) const;
  std::optional<std::string> TextOf(const std::optional<cel::Expression>& expression,
                                    std::string_view what, const std::string& source,
                                    const Piece& piece, std::string* problem) const;
  void SetOrder(const v1::Source& source, Piece* piece) const;
  void IndexPrimaries(const v1::Source& source);
  void IndexJoined(const v1::Source& source);

  const Mapping& mapping_;
  const std::map<std::string, std::vector<ForeignRecord>>& records_;
  const FunctionHost& host_;
  ReadLog& log_;
  std::vector<Primary> primaries_;
  // By source and key.
  std::map<std::string, std::map<std::string, std::vector<Piece>>> joined_;
  std::vector<Piece> unusable_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_GATHER_H_
