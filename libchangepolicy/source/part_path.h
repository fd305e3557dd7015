// Where a part of a message is while the message is bound: a chain that is written out only where
// an issue names the part, since most documents have none.
#ifndef LIBCHANGEPOLICY_SOURCE_PART_PATH_H_
#define LIBCHANGEPOLICY_SOURCE_PART_PATH_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace changepolicy {

// What it was made of must outlive it: the path above it, and names.
class PartPath {
 public:
  // Of the whole message: what stands before the path of each part.
  explicit PartPath(std::string_view whole) : name_(whole) {}

  PartPath Field(std::string_view name) const { return {this, Kind::kField, name, 0}; }
  PartPath Item(size_t index) const { return {this, Kind::kItem, {}, index}; }
  PartPath Key(std::string_view key) const { return {this, Kind::kKey, key, 0}; }

  // Like `gates[3].must`, `facts["cost"].type`.
  std::string ToString() const;

 private:
  enum class Kind { kWhole, kField, kItem, kKey };
  PartPath(const PartPath* above, Kind kind, std::string_view name, size_t index)
      : above_(above), kind_(kind), name_(name), index_(index) {}
  void AppendTo(std::string* text) const;

  const PartPath* above_ = nullptr;
  Kind kind_ = Kind::kWhole;
  std::string_view name_;
  size_t index_ = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_PART_PATH_H_
