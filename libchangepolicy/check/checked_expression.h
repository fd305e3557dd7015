// The expressions of a policy as they are kept. A policy has thousands of them, and its decisions
// are mostly made without their trees (program/): so each is little more than its text, from which
// it is compiled again when someone asks for it.
#ifndef LIBCHANGEPOLICY_CHECK_CHECKED_EXPRESSION_H_
#define LIBCHANGEPOLICY_CHECK_CHECKED_EXPRESSION_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/check/stratum.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// An expression that can be put to rest: then only its text is kept, and the next question compiles
// it again, to the same tree, types and references.
class KeptExpression {
 public:
  // `text` is that of the expression; it and the expression's environment, to which nothing may be
  // added any more that changes what the text means, must outlive this object.
  KeptExpression(cel::Expression expression, std::string_view text);
  ~KeptExpression();
  KeptExpression(const KeptExpression&) = delete;
  KeptExpression& operator=(const KeptExpression&) = delete;

  std::string_view text() const { return text_; }

  // Valid until this object's end or Rest(). Thread-safe; O(1), and what compiling takes where it
  // was at rest.
  const cel::Expression& Get() const {
    const cel::Expression* const compiled = compiled_.load(std::memory_order_acquire);
    return compiled != nullptr ? *compiled : CompileAgain();
  }

  bool is_at_rest() const { return compiled_.load(std::memory_order_acquire) == nullptr; }

  // Gives the memory back. REQUIRES: nobody else uses this object, or what Get() gave, at this
  // time.
  void Rest() const;

 private:
  const cel::Expression& CompileAgain() const;

  const cel::Environment& environment_;
  const std::string_view text_;
  mutable std::atomic<const cel::Expression*> compiled_;
};

// Where parts of an expression stand in the policy's file: for a text that stands there as it is,
// one place says it all; folded and escaped texts have further ones.
class TextPlaces {
 public:
  TextPlaces() = default;
  // `places` are byte offsets of `text` in rising order, with their positions.
  TextPlaces(std::string_view text, const std::vector<std::pair<uint32_t, Position>>& places);

  // Of one of those offsets; nowhere where it was built from none. Linear in the text.
  Position At(std::string_view text, uint32_t offset) const;

 private:
  struct Place {
    uint32_t offset = 0;
    Position position;
  };
  static Position Move(const Place& from, std::string_view text, uint32_t offset);

  Place first_;
  std::unique_ptr<const std::vector<Place>> others_;  // null where there are none
};

// An expression of the policy, and where it stands. Refers to its policy, which must outlive it;
// cheap to copy. Thread-safe.
class CheckedExpression {
 public:
  // Comparisons in which `now` takes part: their node, and how many times `now` is added on the
  // left less on the right. Both sides meet when `now` moves by -(left - right) / coefficient.
  using NowComparisons = std::vector<std::pair<cel::NodeId, int>>;
  struct Body {
    const KeptExpression* kept = nullptr;
    std::string_view element;
    TextPlaces places;
    // Null where both lists are empty.
    struct Use {
      std::vector<std::string> definitions;
      NowComparisons now_comparisons;
    };
    std::unique_ptr<const Use> use;
    Stratum stratum = Stratum::kFacts;
  };

  // `body` must outlive it.
  CheckedExpression(const Body* body, int32_t number) : number(number), body_(body) {}

  // As KeptExpression::Get().
  const cel::Expression& expression() const { return body_->kept->Get(); }
  const KeptExpression& kept() const { return *body_->kept; }
  // Like `gates[staging-tests].must`.
  std::string_view element() const { return body_->element; }
  Stratum stratum() const { return body_->stratum; }
  // Definitions that it reads, directly.
  const std::vector<std::string>& definitions() const { return use().definitions; }
  const NowComparisons& now_comparisons() const { return use().now_comparisons; }
  // Of a node in the policy's file; line 0 where that is not known, or there is no such node.
  Position PositionOf(cel::NodeId node) const;

  // Among the expressions of its policy, from 0; a copy keeps it.
  int32_t number = 0;

 private:
  const Body::Use& use() const {
    static const Body::Use& kNone = *new Body::Use;
    return body_->use == nullptr ? kNone : *body_->use;
  }

  const Body* body_;
};

// What the expressions of one policy consist of.
struct ExpressionStore {
  std::deque<KeptExpression> kept;  // equal texts of one environment are one
  std::deque<CheckedExpression::Body> bodies;
  std::unique_ptr<flat::Arena> elements = std::make_unique<flat::Arena>();
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_CHECKED_EXPRESSION_H_
