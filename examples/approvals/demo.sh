#!/bin/sh
# Plays every scene: ./demo.sh [COMMAND], where COMMAND is the path of `changepolicy`. Most of them are
# denied, which is right, and say who is missing or why nobody could be enough.
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
now=2026-03-02T09:00:00Z

# play SCENE [OPTIONS]: what the file says about itself, the answer without its first line, the code.
play() {
  scene=$1
  shift
  echo "== $scene${*:+ $*}"
  sed -n -e '/^#/!q' -e 's/^# //p' "$here/scenes/$scene.yaml"
  echo
  answer=$(cd "$here" && "$command" approvers "scenes/$scene.yaml" --policy policy.yaml "$@" \
    --organization organization.yaml --now "$now")
  code=$?
  echo "$answer" | sed 1d
  echo "exit code $code"
  echo
  # 3 means that nothing was decided: that is no demonstration.
  [ "$code" -le 2 ] || exit "$code"
}

case $command in */*) command=$(CDPATH= cd -- "$(dirname -- "$command")" && pwd)/${command##*/} ;; esac

for name in overlap overlap-missing owners cost fewest rebase veto veto-lifted impossible self \
    delegation percent stages condition pairs waits roster; do
  play "$name"
done
play roster --overlay at-decision.overlay.yaml

echo "== Shown"
echo "Who counts where does not depend on who came first, and nobody counts twice."
echo "Nobody is asked who is not needed, and what nobody could satisfy is said at once, and why."
"$command" policy test "$here/scenes.suite.yaml"
