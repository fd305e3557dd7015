#!/bin/sh
# Asks an order every question of questions.txt: ./demo.sh [COMMAND], where COMMAND is the path of
# `changepolicy`. The last question has no answer, so that its call ends with exit code 2.
command=${1:-changepolicy}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

while IFS= read -r question; do
  echo "$question"
  # Of an error, what is wrong; the place stands below it.
  answer=$("$command" cel "$question" --proto "$here/order.proto" --type shop.Order --as order \
    --input "$here/order.textproto" 2>&1)
  code=$?
  echo "$answer"
  echo "exit code $code"
  echo
  # 3 means that nothing was asked: that is no demonstration.
  [ "$code" -le 2 ] || exit "$code"
done < "$here/questions.txt"
