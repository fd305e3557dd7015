// A foreign record as expressions see it, which notes what is read of it.
#ifndef LIBCHANGEPOLICY_MAPPING_RECORD_VALUE_H_
#define LIBCHANGEPOLICY_MAPPING_RECORD_VALUE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/mapping/mapping.h"

namespace changepolicy {

// Thread-compatible: one per application of a mapping.
class ReadLog {
 public:
  void OnRead(const std::string& file, const std::string& path, const cel::Value& value);
  void OnMissing(const std::string& file, const std::string& path) {
    if (is_paused_) return;
    last_ = path;
    missing_ = StrCat("`", path, "` in ", Printable(file));
  }

  // What was read since the last call.
  std::set<SourceValue> Take();
  // Everything that was read of the file, by path.
  const std::set<std::string>& PathsOf(const std::string& file) const;
  // The last part that was looked for and is not there, since the last call of Take, as a message
  // names it: "`a.b` in FILE"; else empty.
  const std::string& missing() const { return missing_; }
  // The last part that was read or looked for, since the last call of Take.
  const std::string& last() const { return last_; }
  // Between the two nothing is noted: a search that passes by has not read.
  void Pause() { is_paused_ = true; }
  void Resume() { is_paused_ = false; }

 private:
  std::set<SourceValue> recent_;
  std::map<std::string, std::set<std::string>> paths_;
  std::string missing_;
  std::string last_;
  bool is_paused_ = false;
};

// The record's content, whose parts are known as `path` and what is below it. Content and log must
// outlive the value and what is taken from it; numbers are doubles, as JSON has them.
cel::Value AdaptRecord(const google::protobuf::Value& content, const std::string& file,
                       const std::string& path, ReadLog* log);

// Parts of the record that say something and of which nothing was read, in their order: a whole
// map or list where all of it is so. Null and empty parts say nothing.
std::vector<UnreadPart> UnreadParts(const google::protobuf::Value& content,
                                    const std::set<std::string>& read);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_RECORD_VALUE_H_
