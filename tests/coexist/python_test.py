"""The Python module and the C library in one process with google.protobuf, which knows the same files.

ORDER is who comes first; IMPLEMENTATION what google.protobuf must stand on: cpp (Debian's, on
libprotobuf.so), upb (PyPI's) or python.
"""

import argparse
import ctypes
import os
import sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("order", choices=["messages_first", "module_first"])
parser.add_argument("implementation", choices=["cpp", "upb", "python"])
parser.add_argument("--descriptors", required=True, help="a FileDescriptorSet with changepolicy/v1")
parser.add_argument("--library", required=True, help="libchangepolicy.so")
parser.add_argument("--use", required=True, help="use.c as a shared object")
parser.add_argument("--package", help="the folder in which the module is, where it is not installed")
arguments = parser.parse_args()
os.environ["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = arguments.implementation
if arguments.package:
    sys.path.insert(0, arguments.package)


def register_messages() -> None:
    """What importing the generated files does."""
    from google.protobuf import descriptor_pb2, descriptor_pool
    from google.protobuf import any_pb2, duration_pb2, struct_pb2, timestamp_pb2  # noqa: F401
    from google.protobuf.internal import api_implementation

    assert api_implementation.Type() == arguments.implementation, api_implementation.Type()
    pool = descriptor_pool.Default()
    with open(arguments.descriptors, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    for each in files:
        if each.name.startswith("changepolicy/"):
            each.ClearField("source_code_info")
            pool.AddSerializedFile(each.SerializeToString())


def use_messages() -> None:
    from google.protobuf import descriptor_pool, message_factory

    pool = descriptor_pool.Default()
    descriptor = pool.FindMessageTypeByName("changepolicy.v1.ChangeRequest")
    if hasattr(message_factory, "GetMessageClass"):
        change_request = message_factory.GetMessageClass(descriptor)
    else:
        change_request = message_factory.MessageFactory(pool).GetPrototype(descriptor)
    change = change_request(id="C-1")
    assert change_request.FromString(change.SerializeToString()) == change


def use_module() -> None:
    import changepolicy
    import changepolicy.v1

    change = changepolicy.v1.ChangeRequest(id="C-1", state=changepolicy.v1.CHANGE_STATE_SCHEDULED)
    decision = changepolicy.Policy.builtin("saas").check(change, now="2026-01-31T09:30:00Z")
    assert decision.verdict is changepolicy.Verdict.DENIED, decision
    assert decision.message.subject_id == "C-1"


def use_library() -> None:
    library = ctypes.CDLL(arguments.library)
    use = ctypes.CDLL(arguments.use).UseChangepolicy
    use.argtypes = [ctypes.c_void_p]
    assert use(library._handle) == 0


messages, ours = [register_messages, use_messages], [use_module, use_library]
first, second = (messages, ours) if arguments.order == "messages_first" else (ours, messages)
for step in first + second + [use_messages, use_module, use_library]:
    step()
