// What the type parameters of the functions in one expression stand for. Used by the checker only.
#ifndef LIBCHANGEPOLICY_CEL_SUBSTITUTION_H_
#define LIBCHANGEPOLICY_CEL_SUBSTITUTION_H_

#include <map>
#include <string>
#include <vector>

#include "libchangepolicy/cel/type.h"

namespace changepolicy::cel {

class Substitution {
 public:
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
  Type Resolve(const Type& type, bool unknown_to_dyn = false) const;
  // The type of a collection that holds both: the more general of the two, or dyn.
  Type Join(const Type& a, const Type& b);

 private:
  bool AssignResolved(const Type& from, const Type& to);
  // Nothing will be known of the free parameters in the type.
  void BindToDyn(const Type& type);
  bool Contains(const Type& type, const std::string& parameter) const;

  std::map<std::string, Type> bound_;
  int next_ = 0;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_SUBSTITUTION_H_
