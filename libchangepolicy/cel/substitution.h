// What the type parameters of the functions in one expression stand for. Used by the checker only.
#ifndef LIBCHANGEPOLICY_CEL_SUBSTITUTION_H_
#define LIBCHANGEPOLICY_CEL_SUBSTITUTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/type.h"

namespace changepolicy::cel {

// Types can grow exponentially, since a parameter may stand for a type with two of another, and so
// on. Once the limits on steps and levels are exceeded, everything is dyn and can be assigned, and
// exhausted() says why.
class Substitution {
 public:
  explicit Substitution(const Limits& limits)
      : steps_left_(limits.type_steps), deepest_(limits.type_depth) {}

  bool exhausted() const { return exhausted_; }
  // A parameter that nothing is known of yet.
  Type Fresh();
  // The types with each of their own parameters replaced by a fresh one.
  std::vector<Type> Instantiate(const std::vector<Type>& types);
  // Whether a value of type `from` can stand where `to` is expected; what it takes is recorded.
  bool Assign(const Type& from, const Type& to);
  // All or nothing.
  bool AssignAll(const std::vector<Type>& from, const std::vector<Type>& to);
  // With everything replaced that is known; parameters of which nothing is known stay, or become
  // dyn.
  Type Resolve(const Type& type, bool unknown_to_dyn = false);
  // The type of a collection that holds both: the more general of the two, or dyn.
  Type Join(const Type& a, const Type& b);

 private:
  bool AssignResolved(const Type& from, const Type& to);
  // Nothing will be known of the free parameters in the type.
  void BindToDyn(const Type& type);
  bool Contains(const Type& type, const std::string& parameter);
  bool IsAtLeastAsGeneral(const Type& a, const Type& b);
  Type Replace(const Type& type, std::map<std::string, Type>* fresh);
  // Takes a step; false when there are none left, or the type has too many levels.
  bool Step(const Type& type);
  // What the parameter stands for in the end: another one of which nothing is known, or a type that
  // is none. Chains are made short on the way, so that all look-ups together are nearly linear.
  Type Find(const Type& parameter);
  void Bind(const std::string& parameter, const Type& type);
  // Takes back everything that was bound since the log was as long as this.
  void Undo(size_t length);

  std::map<std::string, Type> bound_;
  // What each binding replaced, so that a failed attempt costs no copy of all the others.
  std::vector<std::pair<std::string, std::optional<Type>>> log_;
  int next_ = 0;
  uint64_t steps_left_;
  const size_t deepest_;
  size_t level_ = 0;  // of recursion
  bool exhausted_ = false;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_SUBSTITUTION_H_
