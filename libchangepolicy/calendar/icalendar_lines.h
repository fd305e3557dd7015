// iCalendar as lines and components: sections 3.1 and 3.4 of RFC 5545, before any line means
// something. For the files of this folder only; others include icalendar.h.
//
// libical reads nearly everything and says nothing, so the grammar is held here, with the line
// numbers, and libical sees only what has passed.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_LINES_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_LINES_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/issue.h"

namespace changepolicy {

// How a breach of RFC 5545 is taken.
enum class Weight {
  kOpen,    // it leaves open what is meant: an error in any case
  kBreach,  // a strict reader refuses it, a lenient one notes it
  kQuirk,   // noted: what RFC 2445 allowed (its files say VERSION:2.0 as well), what is only said
            // twice, and slips inside of text, which move no time
};

struct ICalParameter {
  std::string name;  // upper case
  std::vector<std::string_view> values;
};

// A content line, unfolded.
struct ICalLine {
  int number = 0;           // of its first physical line, from 1
  std::string_view source;  // that physical line
  std::string name;         // upper case
  std::vector<ICalParameter> parameters;
  std::string_view value;

  // First value of the parameter; empty where it is not there.
  std::string_view Parameter(std::string_view parameter) const;
  bool Has(std::string_view parameter) const;
};

struct ICalComponent {
  std::string name;  // upper case
  int number = 0;    // line of its BEGIN
  std::string_view source;
  std::vector<ICalLine> lines;
  std::vector<std::unique_ptr<ICalComponent>> parts;
  // Line of the first property that stands after a part, where the grammar has them before; 0:
  // none.
  int late_number = 0;

  const ICalLine* Find(std::string_view property) const;
};

// What is wrong with a file: errors, and what was let pass. Keeps the first 200 of each.
class Complaints {
 public:
  Complaints(std::string_view file, bool lenient) : file_(file), lenient_(lenient) {}

  void Add(Weight weight, std::string_view id, int number, std::string_view source,
           std::string message, std::string help);
  void Add(Weight weight, std::string_view id, const ICalLine& line, std::string message,
           std::string help) {
    Add(weight, id, line.number, line.source, std::move(message), std::move(help));
  }
  // Not a breach: something that a reader wants to know.
  void Note(int number, std::string_view text);

  bool lenient() const { return lenient_; }
  bool failed() const { return errors_ > 0; }
  Issues TakeIssues();
  std::vector<std::string> TakeNotes();

 private:
  std::string file_;
  bool lenient_;
  int errors_ = 0, noted_ = 0;
  Issues issues_;
  std::vector<std::string> notes_;
};

// The stream's components outside of all others, in order. Lines are views of `text` and of
// `unfolded`, which must outlive them. `close` is called for each component at its END, innermost
// first, with its nearest enclosing component (null for none), and may drop lines.
std::vector<std::unique_ptr<ICalComponent>> ReadComponents(
    std::string_view text, std::deque<std::string>* unfolded, Complaints* complaints,
    const std::function<void(ICalComponent* component, const ICalComponent* parent)>& close);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_LINES_H_
