// Policy documents to one policy: the first, and overlays laid over it in their order.
#ifndef LIBCHANGEPOLICY_CHECK_MERGE_H_
#define LIBCHANGEPOLICY_CHECK_MERGE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

// One document as it was read.
struct PolicyDocument {
  std::shared_ptr<Document> document;
  SourceMap map;
  v1::Policy policy;
  // Where it was not understood.
  std::vector<Position> misread;
};

// Where the parts of the merged policy stand. Elements are named by their id:
// `gates[staging-tests].must`, `definitions["significant"].is`, `risk.factors[client].points`.
class Origins {
 public:
  struct Place {
    const Document* document = nullptr;
    const Node* node = nullptr;
  };
  // Of the part, or of the nearest around it.
  Place Find(std::string_view element) const;
  // The part itself, or something directly in it, was not understood: what it then lacks is no
  // complaint of its own.
  bool IsMisread(std::string_view element) const;
  void SetDocuments(const std::vector<PolicyDocument>* documents) { documents_ = documents; }
  // The whole and its sections. Later documents take precedence, of elements too.
  void AddDocument(const PolicyDocument* document) { added_.push_back(document); }
  // An element of a list of the document, or of a map where there is no index. Refers to both
  // texts.
  void AddElement(std::string_view list, std::string_view id, const PolicyDocument* document,
                  std::optional<int> index);
  // At the part, or at the top of the first document.
  Issue MakeIssue(std::string_view id, std::string message, std::string help,
                  std::string_view element) const;

 private:
  // What a document says of an element: by its place in its list, or by its id in a map.
  struct Source {
    const PolicyDocument* document;
    std::optional<int> index;
    int32_t older;  // in sources_; -1 for none
  };
  struct Element {
    std::string_view list, id;
    int32_t newest;  // in sources_
  };
  std::optional<Element> FindElement(std::string_view name) const;

  const std::vector<PolicyDocument>* documents_ = nullptr;
  std::vector<const PolicyDocument*> added_;  // newest last
  std::vector<Source> sources_;
  // The newest source by list and id: there are as many as rules, and paths are only needed of
  // those that are asked for.
  std::map<std::string_view, std::unordered_map<std::string_view, int32_t>> elements_;
};

struct MergedPolicy {
  v1::Policy policy;
  Origins origins;
  std::vector<OverlayChange> changes;
  // Libraries that the last document names itself; all of them stand in the policy's header.
  std::vector<std::string> own_libraries;
};

// `documents` must outlive the result.
MergedPolicy Merge(const std::vector<PolicyDocument>& documents, Issues* issues);

// Whether an overlay may have this field of a policy: as a list of elements, a map or a section.
bool IsMerged(std::string_view field);

// Lists of elements with ids, by their names in the document: `gates`, `risk.factors`.
bool IsElementList(std::string_view list);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_MERGE_H_
