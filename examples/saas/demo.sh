#!/bin/sh
# Decides the four examples: ./demo.sh [COMMAND], where COMMAND is the path of `changepolicy`.
# Three are allowed; the major release is denied, so that the last call ends with exit code 1.
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
now=2025-10-14T14:40:00Z

for subject in standard-patch schema-migration emergency-fix major-release; do
  "$command" check "$here/$subject.yaml" --organization "$here/organization.yaml" --now "$now"
  code=$?
  echo "exit code $code"
  echo
  # 2 and 3 mean that nothing could be decided: that is no demonstration.
  [ "$code" -le 1 ] || exit "$code"
done
