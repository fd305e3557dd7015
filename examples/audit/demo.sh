#!/bin/sh
# Keeps an audit log of the decisions of examples/saas and checks it as an auditor would:
# ./demo.sh [COMMAND], where COMMAND is the path of `changepolicy`. What it makes lies in a folder
# for temporary files, which is removed at the end.
set -eu
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
saas=$here/../saas
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/changes.cplog
now=2025-10-14T14:40:00Z

# Runs a command of which 0 and 1 are answers.
ask() {
  echo "\$ changepolicy $*" | sed "s|$work/||g; s|$saas|examples/saas|g; s|$here|examples/audit|g"
  code=0
  "$command" "$@" || code=$?
  [ "$code" -le 1 ] || exit "$code"
  echo
}

"$command" audit key --name harbourline.example/changes --out "$work/log.key" > "$work/log.pub"
ask check "$saas/standard-patch.yaml" "$saas/schema-migration.yaml" "$saas/emergency-fix.yaml" \
  --organization "$saas/organization.yaml" --now "$now" \
  --log "$log" --log-origin harbourline.example/changes --log-recorded-by gate \
  --log-recorded-at "$now"
ask audit append "$log" "$here/deployments.jsonl" --recorded-by pipeline \
  --recorded-at 2025-10-14T17:00:00Z
ask audit checkpoint "$log" --key "$work/log.key" --out "$work/monday.note"

# What an auditor does, with the verifier key and a checkpoint that was kept.
ask audit verify "$log" --key "$work/log.pub" --checkpoint "$work/monday.note"
ask audit prove "$log" --index 1 --out "$work/entry-1.tlog-proof"
ask audit export "$log" --entry 1 --format binary --out "$work/entry-1.bin"
ask audit prove --check "$work/entry-1.tlog-proof" --entry "$work/entry-1.bin" --key "$work/log.pub"
ask audit replay "$log"
ask audit sample "$log" --seed "audit 2025" --by kind --count 1
ask audit report "$log" --now 2025-10-20T09:00:00Z --key "$work/log.pub"

# Somebody asks to be forgotten: the record stays provable.
ask audit erase "$log" --value gopal --reason "GDPR Art. 17 request 2025-3" \
  --recorded-by dpo --recorded-at 2025-10-21T09:00:00Z
ask audit verify "$log" --key "$work/log.pub" --checkpoint "$work/monday.note"
ask audit replay "$log"
