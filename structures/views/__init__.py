"""Pages of structures, of their people, and of who asks for an accompaniment."""

from structures.views.structures import (
    PER_PAGE,
    member_add,
    member_end,
    practitioner_add,
    practitioner_end,
    structure,
    structure_edit,
    structure_new,
    structures,
    support_request,
    support_requests,
)

__all__ = [
    "PER_PAGE",
    "member_add",
    "member_end",
    "practitioner_add",
    "practitioner_end",
    "structure",
    "structure_edit",
    "structure_new",
    "structures",
    "support_request",
    "support_requests",
]
