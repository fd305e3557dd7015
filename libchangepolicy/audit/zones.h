#pragma GCC system_header
#ifndef TMP_ZONES_H_
#define TMP_ZONES_H_
#include <fstream>
#include <sstream>
#include <vector>
#include <string>
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
namespace changepolicy {
struct ZoneFolder { std::string path, version; };
class ScopedZoneFolder { public: explicit ScopedZoneFolder(const ZoneFolder&) {} ~ScopedZoneFolder() {} ScopedZoneFolder(const ScopedZoneFolder&)=delete; };
inline absl::StatusOr<std::string> ReadZoneFile(const std::string& name) {
  std::ifstream in("/usr/share/zoneinfo/" + name, std::ios::binary); std::ostringstream s; s << in.rdbuf();
  if (!in) return absl::NotFoundError("zone"); return s.str(); }
inline void Z(const google::protobuf::Message& m, std::vector<std::string>* out) {
  std::vector<const google::protobuf::FieldDescriptor*> fs; m.GetReflection()->ListFields(m, &fs);
  for (auto* f : fs) {
    if (f->cpp_type() == f->CPPTYPE_STRING && f->name() == "zone" && !f->is_repeated()) out->push_back(m.GetReflection()->GetString(m, f));
    if (f->cpp_type() != f->CPPTYPE_MESSAGE) continue;
    if (f->is_repeated()) for (int i = 0; i < m.GetReflection()->FieldSize(m, f); ++i) Z(m.GetReflection()->GetRepeatedMessage(m, f, i), out);
    else Z(m.GetReflection()->GetMessage(m, f), out); } }
inline std::vector<std::string> ZonesNamedIn(const google::protobuf::Message& m) { std::vector<std::string> o; Z(m, &o); return o; }
}
#endif
