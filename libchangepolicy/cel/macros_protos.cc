// proto.getExt and proto.hasExt: extensions of messages by their full names.
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

// The selection that backquotes would write: message.`full.name`.
template <bool kTest>
NodeId Extension(Expansion& e) {
  const Node& name = e.builder()[e.arg(1)];
  const std::string full =
      name.kind == NodeKind::kSelect ? QualifiedName(e.builder().tree(), e.arg(1)) : "";
  if (full.empty()) {
    return e.Complain(e.arg(1), StrCat("`", e.call().function, "` needs the name of an extension"),
                      "write its full name, like `package.extension`");
  }
  return e.builder().Add({.kind = NodeKind::kSelect,
                          .test_only = kTest,
                          .quoted = true,
                          .name = full.substr(full.starts_with('.') ? 1 : 0),
                          .args = {e.arg(0)}},
                         e.call().span);
}

}  // namespace

void AddProtoMacros(MacroTable* table) {
  const MacroTable rows = {
      {"getExt", "proto", 2, Extension<false>},
      {"hasExt", "proto", 2, Extension<true>},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
