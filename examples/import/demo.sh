#!/bin/sh
# A pull request, payload by payload: ./demo.sh [COMMAND], where COMMAND is the path of `changepolicy`.
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/payloads"

# ask CODE PAYLOAD...: who has approved, and who must, when these have arrived.
ask() {
  expected=$1
  shift
  for name in "$@"; do cp "$here/payloads/$name.json" "$scratch/payloads/"; done
  "$command" import --mapping github "$scratch/payloads" > "$scratch/change.yaml" || exit 2
  "$command" approvers "$scratch/change.yaml" --policy "$here/policy.yaml" \
    --organization "$here/organization.yaml" --now 2026-03-02T12:00:00Z
  code=$?
  [ "$code" -eq "$expected" ] || { echo "exit code $code where $expected was expected" >&2; exit 2; }
}

echo "=== Opened"
ask 1 1-opened
echo
echo "=== Bob approves"
ask 0 2-bob-approves
echo
echo "=== Cy asks for changes; unit tests pass; it is on staging"
ask 1 3-cy-objects 4-unit-passes 5-staging
echo
echo "=== Cy approves after all"
ask 0 6-cy-approves
echo
echo "=== Bob's approval is dismissed; Cy's stands"
ask 0 7-bob-dismissed
echo
echo "=== May it be assessed?"
"$command" check "$scratch/change.yaml" --policy "$here/policy.yaml" \
  --organization "$here/organization.yaml" --now 2026-03-02T12:00:00Z || exit 2
