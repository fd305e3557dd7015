"""Records like those that ServiceNow answers with, as small as its mapping needs them."""

from typing import Any

from vanishing import Payload, mark_of

API = "https://acme.service-now.com/api/now/table"


def pair(value: Any, shown: str | None = None) -> Payload:
    return {"value": value, "display_value": str(value) if shown is None else shown}


def sys_id(number: int = 0) -> str:
    return "c0ffee" + mark_of(number)


def change(number: int = 0, **fields: Any) -> Payload:
    """Of the Change Management interface: every field as a pair, values by their type."""
    return {
        "sys_id": pair(sys_id(number)),
        "number": pair("CHG" + mark_of(number)),
        "sys_class_name": pair("change_request", "Change Request"),
        "type": pair("standard", "Standard"),
        "state": pair(-2.0, "Scheduled"),
        "short_description": pair("Clear sessions"),
        "description": pair("Resend the table."),
        "justification": pair("Sessions hang."),
        "backout_plan": pair("Reboot."),
        "test_plan": pair(""),
        "risk": pair(3.0, "Moderate"),
        "impact": pair(3.0, "3 - Low"),
        "urgency": pair(2.0, "2 - Medium"),
        "approval": pair("approved", "Approved"),
        "conflict_status": pair("Conflict"),
        "cab_required": pair(True, "true"),
        "on_hold": pair(False, "false"),
        "production_system": pair(True, "true"),
        "requested_by": pair("ann-id", "Ann Miller"),
        "assigned_to": pair("dan-id", "Dan Brown"),
        "assignment_group": pair("net-id", "Network"),
        "cmdb_ci": pair("router-id", "router 7"),
        "business_service": pair("", ""),
        "std_change_producer_version": pair("template-id", "Clear sessions - 1"),
        "chg_model": pair("model-id", "Standard"),
        "start_date": pair("2026-03-07 22:00:00", "2026-03-07 23:00:00"),
        "end_date": pair("2026-03-07 23:30:00", "2026-03-08 00:30:00"),
        "sys_created_on": pair("2026-03-02 09:00:00", "2026-03-02 10:00:00"),
        "sys_updated_on": pair("2026-03-02 12:00:00", "2026-03-02 13:00:00"),
        "close_code": pair(""),
        **fields,
    }


def approval(
    identity: str, by: str, state: str, at: str, number: int = 0, **fields: Any
) -> Payload:
    """Of the Table interface: texts, and addresses of what is referred to."""
    return {
        "sys_id": identity,
        "approver": {"link": f"{API}/sys_user/{by}", "value": by},
        "sysapproval": {"link": f"{API}/task/{sys_id(number)}", "value": sys_id(number)},
        "state": state,
        "comments": "",
        "sys_updated_on": at,
        **fields,
    }


def whole_change(number: int = 0) -> list[Payload]:
    return [
        {"result": change(number)},
        {
            "result": [
                approval("a1", "bob-id", "approved", "2026-03-02 10:00:00", number),
                approval(
                    "a2", "cy-id", "rejected", "2026-03-02 10:05:00", number, comments="Not now."
                ),
                approval("a3", "eve-id", "requested", "2026-03-02 09:30:00", number),
            ]
        },
    ]
