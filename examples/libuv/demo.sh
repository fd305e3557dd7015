#!/bin/sh
# Counts reviews of real libuv commits. Argument: the changepolicy command. With LIBUV_REVIEWS set to
# a file of such records, one JSON object per line, its commits are counted instead of the excerpt.
set -u
command=${1:-changepolicy}
here=$(dirname "$0")
records=${LIBUV_REVIEWS:-$here/data/commits.jsonl}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0

case $records in
  *.jsonl) ;;
  *) # That a file holds lines of JSON is known by its ending.
    cat "$records" >"$scratch/commits.jsonl" || exit 1
    records=$scratch/commits.jsonl ;;
esac

# An approval has the time of its commit, so the question is asked behind all of them.
approvers() {
  "$command" approvers "$@" --policy "$here/policy.yaml" --mapping "$here/commit-mapping.yaml" \
    --organization-mapping "$here/people-mapping.yaml" --now 9999-12-31T23:59:59Z
  # 0 to 2: every commit has an answer. 3: a record is bad, and named.
  [ $? -le 2 ] || failed=1
}

echo "== Two reviewers, none of them the author"
approvers "$records" --totals

echo
echo "== Two reviewers, none of them the author or the committer"
approvers "$records" --totals --overlay "$here/committer-apart.yaml"

if [ -z "${LIBUV_REVIEWS:-}" ]; then
  echo
  echo "== One of them: its committer is among its two reviewers"
  grep 054a4953519c81247bf8a8d19e6ce14aa5df914e "$records" >"$scratch/one.jsonl" || exit 1
  approvers "$scratch/one.jsonl" --organization-records "$records" \
    --overlay "$here/committer-apart.yaml"
fi
exit $failed
