"""The access matrix: what every address answers to everybody. Reviewed by hand; a test asks each cell.

One line for a method of an address and the object it is about. GET stands for HEAD and for htmx too.
Columns are ways of standing towards the object: somebody of structure A is a stranger to what belongs
to B. `trainer` holds the role and leads the sessions of A, not those of B. `author` is whoever wrote a draft,
a journal page or a text of the community; where nothing has an author it is a dash. Of what the community
has, `practitioner` is anybody of it.
"""

from dataclasses import dataclass

# The whole list of what answers without signing in; anything more is a decision, not an accident.
OPEN = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "accessibility",
    "ask_for_support",
    "glossary",
    "healthz",
    "home",
    "invitation",
    "join",
    "join_asked",
    "legal",
    "mail",
    "mailbox",
    "privacy",
    "public_sessions",
    "readyz",
    "support_asked",
    "who_sees_what",
}

STANDINGS = [
    "anonymous",
    "coordinator",
    "practitioner",
    "leader",
    "board",
    "staff",
    "volunteer",
    "trainer",
    "stranger",
    "author",
]

# 302 anonymous: to the sign-in page; 403 anonymous: the page that gives typed texts back.
# 404: for all one may know, it does not exist. 405: this address takes no such request.
_TABLE = """
address                               object         method  anon coord pract leader board staff volun train stran auth

home                                  -              GET     200  200   200   302    302   200   200   200   200   -
home                                  -              POST    405  405   405   405    405   405   405   405   405   -
network                               -              GET     302  200   403   403    403   403   403   403   403   -
network                               -              POST    403  405   405   405    405   405   405   405   405   -
my_account                            -              GET     302  200   200   200    200   200   200   200   200   -
my_account                            -              POST    403  405   405   405    405   405   405   405   405   -
my_support                            -              GET     302  200   200   200    200   200   200   200   200   -
my_support                            -              POST    403  405   405   405    405   405   405   405   405   -
support                               -              GET     302  200   403   403    403   403   403   403   403   -
support                               -              POST    403  200   403   403    403   403   403   403   403   -
support_enter                         support        GET     302  405   405   405    405   405   405   405   405   -
support_enter                         support        POST    403  404   404   403    404   404   404   404   404   -
support_grant                         support        GET     302  405   405   405    405   405   405   405   405   -
support_grant                         support        POST    403  404   404   302    404   404   404   404   404   -
support_end                           support        GET     302  405   405   405    405   405   405   405   405   -
support_end                           support        POST    403  404   404   302    404   404   404   404   404   -
history_state                         -              GET     302  200   403   403    403   403   403   403   403   -
history_state                         -              POST    403  405   405   405    405   405   405   405   405   -
account_login                         -              GET     200  302   302   302    302   302   302   302   302   -
account_login                         -              POST    200  302   302   302    302   302   302   302   302   -
account_logout                        -              GET     302  200   200   200    200   200   200   200   200   -
account_logout                        -              POST    302  302   302   302    302   302   302   302   302   -
account_signup                        -              GET     200  302   302   302    302   302   302   302   302   -
account_signup                        -              POST    200  302   302   302    302   302   302   302   302   -
account_inactive                      -              GET     200  200   200   200    200   200   200   200   200   -
account_inactive                      -              POST    405  405   405   405    405   405   405   405   405   -
account_reset_password                -              GET     200  200   200   200    200   200   200   200   200   -
account_reset_password                -              POST    200  200   200   200    200   200   200   200   200   -
account_reset_password_done           -              GET     200  200   200   200    200   200   200   200   200   -
account_reset_password_done           -              POST    405  405   405   405    405   405   405   405   405   -
account_reset_password_from_key       key            GET     200  200   200   200    200   200   200   200   200   -
account_reset_password_from_key       key            POST    200  200   200   200    200   200   200   200   200   -
account_reset_password_from_key_done  -              GET     200  200   200   200    200   200   200   200   200   -
account_reset_password_from_key_done  -              POST    405  405   405   405    405   405   405   405   405   -
account_change_password               -              GET     302  200   200   200    200   200   200   200   200   -
account_change_password               -              POST    403  200   200   200    200   200   200   200   200   -
account_reauthenticate                -              GET     302  200   200   200    200   200   200   200   200   -
account_reauthenticate                -              POST    403  200   200   200    200   200   200   200   200   -
invitation                            token          GET     200  403   403   403    403   403   403   403   403   -
invitation                            token          POST    200  403   403   403    403   403   403   403   403   -
invitation_again                      invitation     GET     302  405   405   405    405   405   405   405   405   -
invitation_again                      invitation     POST    403  302   302   302    404   404   404   404   404   -
invitation_again                      net_invitation GET     302  405   405   405    405   405   405   405   405   -
invitation_again                      net_invitation POST    403  302   404   404    404   404   404   404   404   -
invitation_revoke                     invitation     GET     302  405   405   405    405   405   405   405   405   -
invitation_revoke                     invitation     POST    403  302   302   302    404   404   404   404   404   -
invitation_revoke                     net_invitation GET     302  405   405   405    405   405   405   405   405   -
invitation_revoke                     net_invitation POST    403  302   404   404    404   404   404   404   404   -
people                                -              GET     302  200   403   403    403   403   403   403   403   -
people                                -              POST    403  405   405   405    405   405   405   405   405   -
invite                                -              GET     302  200   403   403    403   403   403   403   403   -
invite                                -              POST    403  200   403   403    403   403   403   403   403   -
person                                person         GET     302  200   403   403    403   403   403   403   403   -
person                                person         POST    403  405   405   405    405   405   405   405   405   -
role_give                             person         GET     302  405   405   405    405   405   405   405   405   -
role_give                             person         POST    403  200   403   403    403   403   403   403   403   -
role_end                              grant          GET     302  405   405   405    405   405   405   405   405   -
role_end                              grant          POST    403  302   403   403    403   403   403   403   403   -
first_steps                           -              GET     302  200   200   200    200   200   200   200   200   -
first_steps                           -              POST    403  405   405   405    405   405   405   405   405   -
first_step                            path           GET     302  200   200   200    200   200   200   200   200   -
first_step                            path           POST    403  302   302   302    302   302   302   302   302   -
glossary                              -              GET     200  200   200   200    200   200   200   200   200   -
glossary                              -              POST    405  405   405   405    405   405   405   405   405   -
legal                                 -              GET     200  200   200   200    200   200   200   200   200   -
legal                                 -              POST    405  405   405   405    405   405   405   405   405   -
privacy                               -              GET     200  200   200   200    200   200   200   200   200   -
privacy                               -              POST    405  405   405   405    405   405   405   405   405   -
who_sees_what                         -              GET     200  200   200   200    200   200   200   200   200   -
who_sees_what                         -              POST    405  405   405   405    405   405   405   405   405   -
accessibility                         -              GET     200  200   200   200    200   200   200   200   200   -
accessibility                         -              POST    405  405   405   405    405   405   405   405   405   -
public_sessions                       -              GET     200  200   200   200    200   200   200   200   200   -
public_sessions                       -              POST    405  405   405   405    405   405   405   405   405   -
ask_for_support                       -              GET     200  200   200   200    200   200   200   200   200   -
ask_for_support                       -              POST    200  200   200   200    200   200   200   200   200   -
support_asked                         -              GET     200  200   200   200    200   200   200   200   200   -
support_asked                         -              POST    405  405   405   405    405   405   405   405   405   -
components                            -              GET     302  200   200   200    200   200   200   200   200   -
components                            -              POST    403  405   405   405    405   405   405   405   405   -
mailbox                               -              GET     404  404   404   404    404   404   404   404   404   -
mailbox                               -              POST    405  405   405   405    405   405   405   405   405   -
mail                                  letter         GET     404  404   404   404    404   404   404   404   404   -
mail                                  letter         POST    405  405   405   405    405   405   405   405   405   -
healthz                               -              GET     200  200   200   200    200   200   200   200   200   -
healthz                               -              POST    405  405   405   405    405   405   405   405   405   -
readyz                                -              GET     200  200   200   200    200   200   200   200   200   -
readyz                                -              POST    405  405   405   405    405   405   405   405   405   -

structures                            -              GET     302  200   200   200    200   200   200   200   200   -
structures                            -              POST    403  405   405   405    405   405   405   405   405   -
structure_new                         -              GET     302  200   403   403    403   403   403   403   403   -
structure_new                         -              POST    403  200   403   403    403   403   403   403   403   -
structure                             structure      GET     302  200   200   200    200   200   200   404   404   -
structure                             structure      POST    403  405   405   405    405   405   405   405   405   -
structure_edit                        structure      GET     302  200   200   200    403   403   403   404   404   -
structure_edit                        structure      POST    403  200   200   200    403   403   403   404   404   -
member_add                            structure      GET     302  200   200   200    403   403   403   404   404   -
member_add                            structure      POST    403  200   200   200    403   403   403   404   404   -
member_end                            membership     GET     302  405   405   405    405   405   405   405   405   -
member_end                            membership     POST    403  302   302   302    403   403   403   404   404   -
practitioner_add                      structure      GET     302  200   403   403    403   403   403   404   404   -
practitioner_add                      structure      POST    403  200   403   403    403   403   403   404   404   -
practitioner_end                      accompaniment  GET     302  405   405   405    405   405   405   405   405   -
practitioner_end                      accompaniment  POST    403  302   403   403    403   403   403   404   404   -
requests                              -              GET     302  200   403   403    403   403   403   403   403   -
requests                              -              POST    403  405   405   405    405   405   405   405   405   -
request                               request        GET     302  200   403   403    403   403   403   403   403   -
request                               request        POST    403  200   403   403    403   403   403   403   403   -
request                               past_request   GET     302  200   403   403    403   403   403   403   403   -
request                               past_request   POST    403  200   403   403    403   403   403   403   403   -
welcome                               structure      GET     302  200   200   200    403   403   403   404   404   -
welcome                               structure      POST    403  405   405   405    405   405   405   405   405   -
structure_invite                      structure      GET     302  200   200   200    403   403   403   404   404   -
structure_invite                      structure      POST    403  200   200   200    403   403   403   404   404   -
join_link                             structure      GET     302  405   405   405    405   405   405   405   405   -
join_link                             structure      POST    403  403   302   302    403   403   403   404   404   -
join_link_close                       structure      GET     302  405   405   405    405   405   405   405   405   -
join_link_close                       structure      POST    403  403   302   302    403   403   403   404   404   -
structure_leave                       structure      GET     302  403   403   200    200   200   200   404   404   -
structure_leave                       structure      POST    403  403   403   302    302   302   302   404   404   -
join                                  join_link      GET     200  200   200   200    200   200   200   200   200   -
join                                  join_link      POST    200  200   200   200    200   200   200   200   200   -
join_asked                            -              GET     200  200   200   200    200   200   200   200   200   -
join_asked                            -              POST    405  405   405   405    405   405   405   405   405   -
join_decide                           join_request   GET     302  405   405   405    405   405   405   405   405   -
join_decide                           join_request   POST    403  404   302   302    404   404   404   404   404   -
practitioner_lead                     accompaniment  GET     302  405   405   405    405   405   405   405   405   -
practitioner_lead                     accompaniment  POST    403  302   403   403    403   403   403   404   404   -
request_welcome                       request        GET     302  200   403   403    403   403   403   403   403   -
request_welcome                       past_request   GET     302  302   403   403    403   403   403   403   403   -
request_welcome                       request        POST    403  200   403   403    403   403   403   403   403   -
request_welcome                       past_request   POST    403  302   403   403    403   403   403   403   403   -
orphans                               -              GET     302  200   403   403    403   403   403   403   403   -
orphans                               -              POST    403  405   405   405    405   405   405   405   405   -

looks                                 structure      GET     302  403   200   200    403   403   403   404   404   -
looks                                 structure      POST    403  405   405   405    405   405   405   405   405   -
structure_history                     structure      GET     302  200   200   200    200   200   200   404   404   -
structure_history                     structure      POST    403  405   405   405    405   405   405   405   405   -
sheet_restore                         emptied_sheet  GET     302  200   200   200    403   403   403   404   404   -
sheet_restore                         emptied_sheet  POST    403  200   200   200    403   403   403   404   404   -

trajectory_open                       structure      GET     302  200   200   403    403   403   403   404   404   -
trajectory_open                       structure      POST    403  200   200   403    403   403   403   404   404   -
trajectory                            trajectory     GET     302  200   200   200    200   200   200   404   404   -
trajectory                            trajectory     POST    403  405   405   405    405   405   405   405   405   -
story                                 trajectory     GET     302  200   200   200    200   200   200   404   404   -
story                                 trajectory     POST    403  405   405   405    405   405   405   405   405   -
dimension                             dimension      GET     302  200   200   200    200   200   200   404   404   -
dimension                             dimension      POST    403  405   405   405    405   405   405   405   405   -
words                                 trajectory     GET     302  403   200   200    403   403   403   404   404   -
words                                 trajectory     POST    403  403   200   200    403   403   403   404   404   -
trials                                trajectory     GET     302  403   200   200    200   200   200   404   404   -
trials                                trajectory     POST    403  403   200   200    403   403   403   404   404   -
trial                                 trial          GET     302  404   200   200    403   403   403   404   404   -
trial                                 trial          POST    403  404   200   200    403   403   403   404   404   -
next_steps                            trajectory     GET     302  403   200   200    200   200   200   404   404   -
next_steps                            trajectory     POST    403  403   200   200    403   403   403   404   404   -
next_step_done                        step           GET     302  405   405   405    405   405   405   405   405   -
next_step_done                        step           POST    403  404   302   302    403   403   403   404   404   -
appointment_new                       trajectory     GET     302  403   200   200    403   403   403   404   404   -
appointment_new                       trajectory     POST    403  403   200   200    403   403   403   404   404   -

readings                              trajectory     GET     302  200   200   200    200   200   200   404   404   -
readings                              trajectory     POST    403  405   405   405    405   405   405   405   405   -
reading_new                           trajectory     GET     302  403   200   200    200   200   200   404   404   -
reading_new                           trajectory     POST    403  403   200   200    200   200   200   404   404   -
reading                               sealed         GET     302  200   200   200    200   200   200   404   404   -
reading                               sealed         POST    403  405   405   405    405   405   405   405   405   -
reading                               draft          GET     302  404   404   404    404   404   404   404   404   200
reading                               draft          POST    403  405   405   405    405   405   405   405   405   405
reading_seal                          sealed         GET     302  405   405   405    405   405   405   405   405   -
reading_seal                          sealed         POST    403  302   302   302    302   302   302   404   404   -
reading_seal                          draft          GET     302  405   405   405    405   405   405   405   405   405
reading_seal                          draft          POST    403  404   404   404    404   404   404   404   404   200
positioning                           sealed_line    GET     302  403   403   403    403   403   403   404   404   -
positioning                           sealed_line    POST    403  403   403   403    403   403   403   404   404   -
positioning                           draft_line     GET     302  404   404   404    404   404   404   404   404   200
positioning                           draft_line     POST    403  404   404   404    404   404   404   404   404   200

interventions                         trajectory     GET     302  200   200   200    200   200   200   404   404   -
interventions                         trajectory     POST    403  405   405   405    405   405   405   405   405   -
intervention_new                      -              GET     302  403   200   403    403   403   403   403   403   -
intervention_new                      -              POST    403  403   200   403    403   403   403   403   403   -
intervention                          intervention   GET     302  200   200   200    200   200   200   404   404   -
intervention                          intervention   POST    403  405   405   405    405   405   405   405   405   -
intervention_edit                     intervention   GET     302  403   200   403    403   403   403   404   404   -
intervention_edit                     intervention   POST    403  403   200   403    403   403   403   404   404   -

text_open                             trajectory     GET     302  200   403   403    403   403   403   404   404   -
text_open                             trajectory     POST    403  200   403   403    403   403   403   404   404   -
account_open                          intervention   GET     302  200   403   403    403   403   403   404   404   -
account_open                          intervention   POST    403  200   403   403    403   403   403   404   404   -
trajectory_history                    trajectory     GET     302  200   200   200    200   200   200   404   404   -
trajectory_history                    trajectory     POST    403  405   405   405    405   405   405   405   405   -
text_restore                          emptied_words  GET     302  404   200   200    403   403   403   404   404   -
text_restore                          emptied_words  POST    403  404   200   200    403   403   403   404   404   -

journal                               -              GET     302  403   200   403    403   403   403   403   403   -
journal                               -              POST    403  405   405   405    405   405   405   405   405   -
journal_new                           -              GET     302  403   200   403    403   403   403   403   403   -
journal_new                           -              POST    403  403   200   403    403   403   403   403   403   -
journal_entry                         page           GET     302  404   404   404    404   404   404   404   404   200
journal_entry                         page           POST    403  404   404   404    404   404   404   404   404   200
journal_export                        -              GET     302  403   200   403    403   403   403   403   403   -
journal_export                        -              POST    403  405   405   405    405   405   405   405   405   -
journal_export_text                   -              GET     302  403   200   403    403   403   403   403   403   -
journal_export_text                   -              POST    403  405   405   405    405   405   405   405   405   -
journal_export_json                   -              GET     302  403   200   403    403   403   403   403   403   -
journal_export_json                   -              POST    403  405   405   405    405   405   405   405   405   -

reports                               trajectory     GET     302  403   200   200    200   403   403   404   404   -
reports                               trajectory     POST    403  403   200   200    403   403   403   404   404   -
report                                report         GET     302  404   200   200    200   404   404   404   404   -
report                                report         POST    403  405   405   405    405   405   405   405   405   -
report_file                           report         GET     302  404   200   200    200   404   404   404   404   -
report_file                           report         POST    403  405   405   405    405   405   405   405   405   -
report_retry                          report         GET     302  405   405   405    405   405   405   405   405   -
report_retry                          report         POST    403  404   302   302    403   404   404   404   404   -

trainings                             -              GET     302  200   200   200    200   200   200   200   200   -
trainings                             -              POST    403  405   405   405    405   405   405   405   405   -
past_sessions                         -              GET     302  200   200   200    200   200   200   200   200   -
past_sessions                         -              POST    403  405   405   405    405   405   405   405   405   -
training_new                          -              GET     302  200   403   403    403   403   403   200   403   -
training_new                          -              POST    403  200   403   403    403   403   403   200   403   -
training                              training       GET     302  200   200   200    200   200   200   200   200   -
training                              training       POST    403  405   405   405    405   405   405   405   405   -
training_edit                         training       GET     302  200   403   403    403   403   403   200   403   -
training_edit                         training       POST    403  200   403   403    403   403   403   200   403   -
session_new                           training       GET     302  200   403   403    403   403   403   200   403   -
session_new                           training       POST    403  200   403   403    403   403   403   200   403   -
session                               session        GET     302  200   200   200    200   200   200   200   200   -
session                               session        POST    403  405   405   405    405   405   405   405   405   -
session                               cohort_session GET     302  200   200   200    200   200   200   200   404   -
session                               cohort_session POST    403  405   405   405    405   405   405   405   405   -
session                               told_session   GET     302  200   200   200    200   200   200   200   200   -
session                               told_session   POST    403  405   405   405    405   405   405   405   405   -
session_edit                          session        GET     302  200   403   403    403   403   403   200   403   -
session_edit                          session        POST    403  200   403   403    403   403   403   200   403   -
session_edit                          cohort_session GET     302  200   403   403    403   403   403   200   404   -
session_edit                          cohort_session POST    403  200   403   403    403   403   403   200   404   -
session_cancel                        session        GET     302  200   403   403    403   403   403   200   403   -
session_cancel                        session        POST    403  200   403   403    403   403   403   200   403   -
session_cancel                        cohort_session GET     302  200   403   403    403   403   403   200   404   -
session_cancel                        cohort_session POST    403  200   403   403    403   403   403   200   404   -
enrol                                 session        GET     302  200   200   200    200   200   200   200   200   -
enrol                                 session        POST    403  200   200   200    200   200   200   200   200   -
enrol                                 cohort_session GET     302  200   200   200    200   200   200   200   404   -
enrol                                 cohort_session POST    403  200   200   200    200   200   200   200   404   -
attendance                            half_day       GET     302  200   403   403    403   403   403   200   403   -
attendance                            half_day       POST    403  200   403   403    403   403   403   200   403   -
attendance                            cohort_half    GET     302  200   403   403    403   403   403   200   404   -
attendance                            cohort_half    POST    403  200   403   403    403   403   403   200   404   -
sheet                                 session        GET     302  200   403   403    403   403   403   200   403   -
sheet                                 session        POST    403  405   405   405    405   405   405   405   405   -
sheet                                 cohort_session GET     302  200   403   403    403   403   403   200   404   -
sheet                                 cohort_session POST    403  405   405   405    405   405   405   405   405   -
sheet                                 told_session   GET     302  404   403   403    403   403   403   404   403   -
sheet                                 told_session   POST    403  405   405   405    405   405   405   405   405   -
enrolment_cancel                      enrolment      GET     302  200   200   200    404   404   404   200   404   -
enrolment_cancel                      enrolment      POST    403  302   302   302    404   404   404   302   404   -
agenda                                -              GET     302  200   200   200    200   200   200   200   200   -
agenda                                -              POST    403  405   405   405    405   405   405   405   405   -
search                                -              GET     302  200   200   200    200   200   200   200   200   -
search                                -              POST    403  405   405   405    405   405   405   405   405   -

community                             community      GET     302  403   200   403    403   403   403   200   403   -
community                             community      POST    403  405   405   405    405   405   405   405   405   -
experience_report_new                 community      GET     302  403   200   403    403   403   403   200   403   -
experience_report_new                 community      POST    403  403   200   403    403   403   403   200   403   -
experience_report                     shared_report  GET     302  404   200   200    200   404   404   200   404   200
experience_report                     shared_report  POST    403  405   405   405    405   405   405   405   405   405
experience_report                     draft_report   GET     302  404   404   404    404   404   404   404   404   200
experience_report                     draft_report   POST    403  405   405   405    405   405   405   405   405   405
experience_report_edit                shared_report  GET     302  404   403   403    403   404   404   403   404   200
experience_report_edit                shared_report  POST    403  404   403   403    403   404   404   403   404   200
experience_report_edit                draft_report   GET     302  404   404   404    404   404   404   404   404   200
experience_report_edit                draft_report   POST    403  404   404   404    404   404   404   404   404   200
experience_report_share               shared_report  GET     302  404   403   403    403   404   404   403   404   302
experience_report_share               shared_report  POST    403  404   403   403    403   404   404   403   404   302
experience_report_share               draft_report   GET     302  404   404   404    404   404   404   404   404   200
experience_report_share               draft_report   POST    403  404   404   404    404   404   404   404   404   200
experience_report_withdraw            shared_report  GET     302  405   405   405    405   405   405   405   405   405
experience_report_withdraw            shared_report  POST    403  404   403   403    403   404   404   403   404   302
experience_report_withdraw            draft_report   GET     302  405   405   405    405   405   405   405   405   405
experience_report_withdraw            draft_report   POST    403  404   404   404    404   404   404   404   404   302
contribution_new                      shared_report  GET     302  404   200   403    403   404   404   200   404   403
contribution_new                      shared_report  POST    403  404   200   403    403   404   404   200   404   403
contribution_answer                   contribution   GET     302  404   200   403    403   404   404   200   404   200
contribution_answer                   contribution   POST    403  404   200   403    403   404   404   200   404   200
contribution_edit                     contribution   GET     302  404   403   403    403   404   404   403   404   200
contribution_edit                     contribution   POST    403  404   403   403    403   404   404   403   404   200
contribution_versions                 contribution   GET     302  404   200   200    200   404   404   200   404   200
contribution_versions                 contribution   POST    403  405   405   405    405   405   405   405   405   405
contribution_withdraw                 contribution   GET     302  405   405   405    405   405   405   405   405   405
contribution_withdraw                 contribution   POST    403  404   403   403    403   404   404   403   404   302
resources                             community      GET     302  403   200   403    403   403   403   200   403   -
resources                             community      POST    403  405   405   405    405   405   405   405   405   -
resource_new                          community      GET     302  403   200   403    403   403   403   200   403   -
resource_new                          community      POST    403  403   200   403    403   403   403   200   403   -
resource                              resource       GET     302  404   200   404    404   404   404   200   404   -
resource                              resource       POST    403  405   405   405    405   405   405   405   405   -
resource_edit                         resource       GET     302  404   200   404    404   404   404   200   404   -
resource_edit                         resource       POST    403  404   200   404    404   404   404   200   404   -
resource_versions                     resource       GET     302  404   200   404    404   404   404   200   404   -
resource_versions                     resource       POST    403  405   405   405    405   405   405   405   405   -

readers_fiche-structure               structure      GET     302  200  200   200    200   200   200   404   404   -
readers_fiche-structure               structure      POST    403  405  405   405    405   405   405   405   405   -
readers_demande                       request        GET     302  200  404   404    404   404   404   404   404   -
readers_demande                       request        POST    403  405  405   405    405   405   405   405   405   -
readers_mots                          trajectory     GET     302  404  200   200    200   200   200   404   404   -
readers_mots                          trajectory     POST    403  405  405   405    405   405   405   405   405   -
readers_essai                         trial          GET     302  404  200   200    200   200   200   404   404   -
readers_essai                         trial          POST    403  405  405   405    405   405   405   405   405   -
readers_pas                           step           GET     302  404  200   200    200   200   200   404   404   -
readers_pas                           step           POST    403  405  405   405    405   405   405   405   405   -
readers_compte-rendu                  intervention   GET     302  404  200   200    200   200   200   404   404   -
readers_compte-rendu                  intervention   POST    403  405  405   405    405   405   405   405   405   -
readers_compte-rendu                  exchange       GET     302  404  200   404    404   200   404   404   404   -
readers_compte-rendu                  exchange       POST    403  405  405   405    405   405   405   405   405   -
readers_lecture                       sealed         GET     302  404  200   200    200   200   200   404   404   -
readers_lecture                       sealed         POST    403  405  405   405    405   405   405   405   405   -
readers_lecture                       draft          GET     302  404  404   404    404   404   404   404   404   200
readers_lecture                       draft          POST    403  405  405   405    405   405   405   405   405   405
readers_bilan                         report         GET     302  404  200   200    200   404   404   404   404   -
readers_bilan                         report         POST    403  405  405   405    405   405   405   405   405   -
readers_journal                       page           GET     302  404  404   404    404   404   404   404   404   200
readers_journal                       page           POST    403  405  405   405    405   405   405   405   405   405
readers_formation                     training       GET     302  200  200   200    200   200   200   200   200   -
readers_formation                     training       POST    403  405  405   405    405   405   405   405   405   -
readers_session                       session        GET     302  200  200   200    200   200   200   200   200   -
readers_session                       session        POST    403  405  405   405    405   405   405   405   405   -
readers_session                       cohort_session GET     302  200  200   200    200   200   200   200   404   -
readers_session                       cohort_session POST    403  405  405   405    405   405   405   405   405   -
readers_inscription                   enrolment      GET     302  200  200   200    404   404   404   200   404   -
readers_inscription                   enrolment      POST    403  405  405   405    405   405   405   405   405   -
readers_retour                        shared_report  GET     302  404  200   200    200   404   404   200   404   200
readers_retour                        shared_report  POST    403  405  405   405    405   405   405   405   405   405
readers_retour                        draft_report   GET     302  404  404   404    404   404   404   404   404   200
readers_retour                        draft_report   POST    403  405  405   405    405   405   405   405   405   405
readers_contribution                  contribution   GET     302  404  200   200    200   404   404   200   404   200
readers_contribution                  contribution   POST    403  405  405   405    405   405   405   405   405   405
readers_fiche                         resource       GET     302  404  200   404    404   404   404   200   404   -
readers_fiche                         resource       POST    403  405  405   405    405   405   405   405   405   -
"""


@dataclass(frozen=True)
class Line:
    """What one method of one address answers, by standing; None where nobody can stand so."""

    address: str
    about: str | None
    method: str
    statuses: dict[str, int | None]


def _read(line: str) -> Line:
    address, about, method, *cells = line.split()
    statuses = {name: None if cell == "-" else int(cell) for name, cell in zip(STANDINGS, cells, strict=True)}
    return Line(address, None if about == "-" else about, method, statuses)


MATRIX = [_read(line) for line in _TABLE.strip().splitlines()[1:] if line]
