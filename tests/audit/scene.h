// Small logs for tests: events that are told apart by a number.
#ifndef TESTS_AUDIT_SCENE_H_
#define TESTS_AUDIT_SCENE_H_

#include <string>
#include <vector>

#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

inline constexpr char kOrigin[] = "example.com/changes";
// 2026-03-01T12:00:00Z, and a second later for each number.
absl::Time SceneTime(int64_t number = 0);

// The built-in policy, read once.
const Policy& ScenePolicy();

// A deployment to production by `ann`, called `D-<number>`.
LogItem DeploymentItem(int64_t number);
// A decision about `CHG-<number>`, requested by `ann` and approved by `bob`, at SceneTime(number).
LogItem DecisionItem(int64_t number = 12);
// Its organization: `ann`, `bob` and `eve`, a window in Asia/Singapore.
const Organization& SceneOrganization();
std::vector<LogItem> DeploymentItems(int64_t first, int64_t count);

// A signer and its verifier, from a seed of one repeated byte.
struct SceneKey {
  std::string signer, verifier;
};
SceneKey KeyOf(char seed, const std::string& name = kOrigin);

// A folder that is gone afterwards.
class SceneFolder {
 public:
  SceneFolder();
  ~SceneFolder();
  SceneFolder(const SceneFolder&) = delete;
  SceneFolder& operator=(const SceneFolder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace changepolicy

#endif  // TESTS_AUDIT_SCENE_H_
