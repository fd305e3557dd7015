#!/bin/sh
# Decides real Kubernetes enhancements and the 1.35 release. Argument: the changepolicy command.
# With KUBERNETES_KEPS set to a folder of the kubernetes/enhancements repository's records, all of
# them are decided instead of the excerpt.
set -u
command=${1:-changepolicy}
here=$(dirname "$0")
records=${KUBERNETES_KEPS:-$here/data}

echo "== Enhancements: may they go into the release?"
"$command" check "$records" --policy "$here/policy.yaml" --mapping "$here/kep-mapping.yaml" \
  --organization-mapping "$here/roster-mapping.yaml" "$here/people-mapping.yaml" --now 2026-07-25
[ $? -le 2 ] || exit 1

echo
echo "== Enhancements: are they approved, and by whom?"
"$command" approvers "$records" --totals --policy "$here/policy.yaml" \
  --mapping "$here/kep-mapping.yaml" \
  --organization-mapping "$here/roster-mapping.yaml" "$here/people-mapping.yaml" --now 2026-07-25
[ $? -le 2 ] || exit 1

echo
echo "== Exception requests to the code freeze of 1.35: may they be merged during it?"
"$command" check "$here/data/release-1.35" --policy "$here/policy.yaml" \
  --mapping "$here/release-1.35/exception-mapping.yaml" \
  --organization "$here/release-1.35/organization.yaml" \
  --organization-mapping "$here/release-1.35/risk-mapping.yaml" --now 2025-11-11T09:00:00Z
[ $? -le 2 ] || exit 1

echo
echo "== The 1.35 release on its day"
"$command" check "$here/release-1.35/release.yaml" --policy "$here/policy.yaml" \
  --organization "$here/release-1.35/organization.yaml" --now 2025-12-17T15:30:00Z
