#!/bin/sh
# Real calendars as freezes, holidays and release trains: ./demo.sh [COMMAND], where COMMAND is the path
# of `changepolicy`.
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
holidays=$here/../../policies/holidays/singapore.yaml
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$here" || exit 1

echo "== The schedule of Kubernetes, strictly: blank lines, and events without DTSTAMP"
"$command" calendar import data/kubernetes/schedule.ics 2>&1 | head -n 3

echo
echo "== Read leniently, its moments become freezes and a train by kubernetes-mapping.yaml"
"$command" calendar import data/kubernetes/schedule.ics --lenient --format json \
  >"$scratch/events.json" || exit 1
"$command" calendar import "$scratch/events.json" --mapping kubernetes-mapping.yaml \
  >"$scratch/kubernetes.yaml" || exit 1
cat "$scratch/kubernetes.yaml"

echo
echo "== A cycle of OpenStack and the lines of Node.js as trains"
"$command" calendar import data/openstack --mapping openstack-mapping.yaml || exit 1
"$command" calendar import data/nodejs --mapping nodejs-mapping.yaml || exit 1

for change in new-year day-after merge; do
  echo
  sed -n -e '/^#/!q' -e 's/^# /== /p' "$change.yaml"
  "$command" check "$change.yaml" --policy policy.yaml --organization team.yaml \
    --organization "$holidays" --organization "$scratch/kubernetes.yaml" \
    --transition deploy --now 2025-11-10T09:00:00Z
  [ $? -le 1 ] || exit 1
done

echo
echo "== When the update of the shop could go out instead: not on the two days of the New Year"
"$command" calendar next new-year.yaml --policy policy.yaml --organization team.yaml \
  --organization "$holidays" --now 2026-02-10T09:00:00Z --zone Asia/Singapore --count 2 || exit 1

echo
echo "== The trains of all of them as a page with a timeline, and as iCalendar"
"$command" calendar import data/openstack --mapping openstack-mapping.yaml >"$scratch/openstack.yaml" || exit 1
for format in html ics; do
  "$command" calendar export --policy policy.yaml --organization "$holidays" --organization team.yaml \
    --organization "$scratch/kubernetes.yaml" --organization "$scratch/openstack.yaml" \
    --now 2024-01-08T09:00:00Z --until 2024-04-30 --format "$format" --output "$scratch/schedule.$format" || exit 1
done
"$command" calendar import "$scratch/schedule.ics" --as events --format jsonl | wc -l | xargs echo "events written and read again:"
