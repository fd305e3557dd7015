"""Asks an order questions in the Common Expression Language.

    protoc --python_out=. order.proto
    python3 check_order.py order.textproto questions.txt
"""

import json
import sys

from google.protobuf import text_format

import order_pb2
from changepolicy import cel


def main(order_file: str, questions_file: str) -> None:
    with open(order_file, encoding="utf-8") as file:
        order = text_format.Parse(file.read(), order_pb2.Order())
    with open(questions_file, encoding="utf-8") as file:
        questions = file.read().splitlines()
    for question in questions:
        expression = cel.compile(question, variables={"order": order_pb2.Order})
        try:
            print(json.dumps(expression.evaluate(order=order)))
        except cel.CelError as error:
            print("error:", error.message)


if __name__ == "__main__":
    main(*sys.argv[1:])
