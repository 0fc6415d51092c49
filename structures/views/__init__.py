"""Pages of structures, of their people, and of who asks for an accompaniment."""

from structures.views.accompaniments import (
    handover,
    practitioner_add,
    practitioner_edit,
    practitioner_end,
    practitioner_handover,
    practitioner_lead,
    practitioner_stand_in,
    workloads,
)
from structures.views.archiving import structure_archive, structure_restore
from structures.views.cohorts import cohort, cohort_edit, cohort_join, cohort_leave, cohort_new, cohorts
from structures.views.communes import communes
from structures.views.country import country
from structures.views.directory import PER_PAGE, structure_list
from structures.views.documents import document, document_remove, documents
from structures.views.ecosystem import (
    ecosystem,
    relation,
    relation_change,
    relation_end,
)
from structures.views.figures import figures, figures_year, portrait
from structures.views.funding import (
    funding,
    funding_attach,
    funding_detach,
    funding_edit,
    funding_new,
    funding_operation,
)
from structures.views.history import (
    sheet_restore,
    structure_history,
)
from structures.views.imports import (
    import_columns,
    import_model,
    import_refused,
    import_retry,
    import_undo,
    import_write,
    imports,
    structure_import,
    structures_export,
)
from structures.views.joining import (
    join,
    join_asked,
    join_decide,
    join_link,
    join_link_close,
    structure_invite,
    structure_leave,
    welcome,
)
from structures.views.merging import (
    alike,
    duplicates,
    keep_apart,
    merge,
    merge_search,
    merge_undo,
)
from structures.views.messages import (
    conversation,
    structure_messages,
)
from structures.views.people import (
    member_add,
    member_contact,
    member_end,
    member_invite,
    member_presides,
    orphans,
)
from structures.views.requests import (
    request_welcome,
    support_request,
    support_requests,
)
from structures.views.sheets import structure_edit, structure_new
from structures.views.silence import silence, silence_pause, silence_resume
from structures.views.structures import structure

__all__ = [
    "PER_PAGE",
    "alike",
    "cohort",
    "cohort_edit",
    "cohort_join",
    "cohort_leave",
    "cohort_new",
    "cohorts",
    "communes",
    "conversation",
    "country",
    "document",
    "document_remove",
    "documents",
    "duplicates",
    "ecosystem",
    "figures",
    "figures_year",
    "funding",
    "funding_attach",
    "funding_detach",
    "funding_edit",
    "funding_new",
    "funding_operation",
    "handover",
    "import_columns",
    "import_model",
    "import_refused",
    "import_retry",
    "import_undo",
    "import_write",
    "imports",
    "join",
    "join_asked",
    "join_decide",
    "join_link",
    "join_link_close",
    "keep_apart",
    "member_add",
    "member_contact",
    "member_end",
    "member_invite",
    "member_presides",
    "merge",
    "merge_search",
    "merge_undo",
    "orphans",
    "portrait",
    "practitioner_add",
    "practitioner_edit",
    "practitioner_end",
    "practitioner_handover",
    "practitioner_lead",
    "practitioner_stand_in",
    "relation",
    "relation_change",
    "relation_end",
    "request_welcome",
    "sheet_restore",
    "silence",
    "silence_pause",
    "silence_resume",
    "structure",
    "structure_archive",
    "structure_edit",
    "structure_history",
    "structure_import",
    "structure_invite",
    "structure_leave",
    "structure_list",
    "structure_messages",
    "structure_new",
    "structure_restore",
    "structures_export",
    "support_request",
    "support_requests",
    "welcome",
    "workloads",
]
