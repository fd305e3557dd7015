// Files of foreign systems to records: JSON, YAML, JSON lines, XML, signed envelopes, and text.
#ifndef LIBCHANGEPOLICY_FOREIGN_READ_RECORDS_H_
#define LIBCHANGEPOLICY_FOREIGN_READ_RECORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/foreign/dsse.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/foreign_record.h"

namespace changepolicy {

struct RecordsOptions {
  // Public keys by which signed envelopes are verified (OpenEnvelope); null: none.
  const std::vector<NamedKey>* keys = nullptr;
  // An element of a list is a record by itself, called `FILE[0]`; otherwise the list is one.
  bool split_lists = true;
  // What no name tells may be YAML by its content; otherwise it is text: `fix: a word` is both.
  bool guess_yaml = true;
};

struct RecordsResult {
  std::vector<ForeignRecord> records;
  // What could not be read, each an error with the file's name; the rest was.
  Issues issues;
};

// The form goes by the name: .json .sarif, .jsonl, .yaml .yml, .xml; .md .info .txt .log,
// COMMIT_EDITMSG and CODEOWNERS are text. Under other names XML and JSON are known by how they
// begin, YAML where all of it is a map or a list of maps, and the rest is text.
//
// A line of JSON lines is a record called `FILE:LINE`. A signed envelope is the record in its
// payload. Text is one record, a string, whose lines end in \n, without a mark of byte order; so is
// an element of a list that is a text. An empty file and an element that is neither a map nor a
// text are errors. Reads 16 MiB at most. Thread-safe. O(bytes).
RecordsResult ReadRecords(std::string_view bytes, const std::string& file,
                          const RecordsOptions& options = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FOREIGN_READ_RECORDS_H_
