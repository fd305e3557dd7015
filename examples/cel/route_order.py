"""Says on which routes an order goes, all conditions asked at once.

    protoc --python_out=. order.proto
    python3 route_order.py order.textproto routes.txt
"""

import sys

from google.protobuf import text_format

import order_pb2
from changepolicy import cel


def main(order_file: str, routes_file: str) -> None:
    with open(order_file, encoding="utf-8") as file:
        order = text_format.Parse(file.read(), order_pb2.Order())
    with open(routes_file, encoding="utf-8") as file:
        texts = file.read().splitlines()
    routes = cel.compile_conditions(texts, variables={"order": order_pb2.Order})
    found = routes.find(order=order)
    for number in found.holds:
        print(routes.texts[number])
    for number in found.undecided:
        print("undecided:", routes.texts[number])


if __name__ == "__main__":
    main(*sys.argv[1:])
