// Random expressions that know the type system: of a wanted type, over declared variables, as text.
//
// What can be said is a table of templates (templates.cc); this is the machine that fills them in.
// The same seed gives the same text everywhere.
#ifndef TESTS_CEL_GENERATE_H_
#define TESTS_CEL_GENERATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/type.h"
#include "tests/cel/random.h"
#include "tests/cel/templates.h"

namespace changepolicy::cel {

struct TypedName {
  std::string name;
  Type type;
};

struct GeneratorOptions {
  // How deep templates stand in each other, and how many of them make one expression.
  int depth = 5;
  int parts = 30;
  // Whether messages are built and read.
  bool messages = true;
};

class Generator {
 public:
  Generator(std::vector<TypedName> variables, const GeneratorOptions& options, uint64_t seed);

  // A type that expressions can be asked for.
  Type AnyType(int depth = 2);
  // An expression of the type: the checker accepts it, and deduces this type, or dyn for parts.
  std::string Expression(const Type& type);
  // The same with one place filled by something of another type; the checker may still accept it.
  std::string Mistyped(const Type& type);
  // A value of the type that names no variable.
  std::string Constant(const Type& type);

 private:
  // Text with the knowledge whether an operator beside it would tear it apart.
  struct Piece {
    std::string text;
    bool whole = true;
  };

  Type Simple();
  Piece Make(const Type& type, int depth);
  std::optional<Piece> Name(const Type& type);
  Piece Leaf(const Type& type, int depth);
  Piece Aggregate(const Type& type, int depth);
  std::string Message(const Type& type, int depth);
  Piece Fill(const Template& chosen, TypeBinding binding, int depth);
  Type Substitute(const Type& pattern, TypeBinding* binding);

  const GeneratorOptions options_;
  const std::vector<TypedName> variables_;
  std::vector<TypedName> locals_;
  Random random_;
  int parts_left_ = 0;
  int names_ = 0;
  int mistake_in_ = -1;    // places to fill until one gets the wrong type; negative for never
  bool constant_ = false;  // names nothing
};

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_GENERATE_H_
