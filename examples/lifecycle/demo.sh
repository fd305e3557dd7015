#!/bin/sh
# The lives of a change, an emergency and a release, step by step: ./demo.sh [COMMAND], where COMMAND
# is the path of `changepolicy`. The records are complete; at each instant only what had been
# recorded by then is seen. The state is what the keeper of the records moves, here the script.
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
organization=$here/../saas/organization.yaml
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# ask CODE STATE INSTANT FILE [OPTION...]: decides the file's record in that state at that instant.
ask() {
  expected=$1 state=$2 now=$3 file=$4
  shift 4
  { echo "state: $state"; cat "$here/$file"; } > "$scratch/$file"
  "$command" check "$scratch/$file" --organization "$organization" --now "$now" "$@"
  code=$?
  [ "$code" -eq "$expected" ] || { echo "exit code $code where $expected was expected" >&2; exit 2; }
}

echo "=== A change of high risk"
ask 0 DRAFT 2025-10-06T03:00:00Z change.yaml
ask 0 SUBMITTED 2025-10-06T05:00:00Z change.yaml
ask 1 ASSESSED 2025-10-08T07:00:00Z change.yaml
ask 0 ASSESSED 2025-10-08T09:00:00Z change.yaml
ask 0 APPROVED 2025-10-09T06:30:00Z change.yaml
ask 1 SCHEDULED 2025-10-14T14:00:00Z change.yaml
ask 0 SCHEDULED 2025-10-14T14:31:00Z change.yaml
ask 0 IMPLEMENTING 2025-10-14T14:33:00Z change.yaml
ask 0 VERIFYING 2025-10-14T14:37:00Z change.yaml
ask 0 REVIEW 2025-10-14T14:39:00Z change.yaml
echo "--- and a step that is not legal"
ask 2 IMPLEMENTING 2025-10-14T14:33:00Z change.yaml --transition CANCEL

echo
echo "=== An emergency goes first and is written up afterwards"
ask 0 DRAFT 2025-10-14T13:56:00Z emergency.yaml
ask 0 SUBMITTED 2025-10-14T14:21:00Z emergency.yaml
ask 0 VERIFYING 2025-10-14T14:38:00Z emergency.yaml
ask 1 REVIEW 2025-10-14T14:39:00Z emergency.yaml
"$command" documents "$scratch/emergency.yaml" --now 2025-10-14T14:39:00Z \
  --organization "$organization"
[ $? -eq 1 ] || exit 2

echo
echo "=== What is owed on the next day"
"$command" due "$scratch/emergency.yaml" --organization "$organization" \
  --now 2025-10-15T11:00:00Z --until 7d

echo
echo "=== A major release"
ask 0 PLANNED 2025-10-09T09:00:00Z release.yaml
ask 0 CANDIDATE 2025-10-10T08:00:00Z release.yaml
ask 1 VALIDATED 2025-10-13T05:30:00Z release.yaml
ask 0 VALIDATED 2025-10-13T07:00:00Z release.yaml
ask 0 APPROVED 2025-10-14T14:31:00Z release.yaml
ask 0 DEPLOYING 2025-10-14T14:33:00Z release.yaml
ask 1 MONITORING 2025-10-14T14:40:00Z release.yaml
ask 0 MONITORING 2025-10-15T14:36:00Z release.yaml
ask 0 RELEASED 2025-10-15T14:40:00Z release.yaml

echo
echo "=== The same release, where a health check failed"
sed 's/name: error-rate, conclusion: PASSED/name: error-rate, conclusion: FAILED/' \
  "$here/release.yaml" > "$scratch/failing.yaml"
{ echo "state: MONITORING"; cat "$scratch/failing.yaml"; } > "$scratch/release.yaml"
"$command" check "$scratch/release.yaml" --organization "$organization" --now 2025-10-15T14:36:00Z
[ $? -eq 1 ] || exit 2
"$command" check "$scratch/release.yaml" --organization "$organization" \
  --now 2025-10-15T14:36:00Z --transition ROLL_BACK

echo
echo "=== What DevOps sees to at a deployment"
"$command" checklist --kind change --transition DEPLOY --role devops
