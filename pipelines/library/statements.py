"""The statements that storing a page runs, built once.

SQLAlchemy takes longer to put a statement together than SQLite to run it: built anew they cost a crawled page more than
its parsing. Their parameters are named ``of_…`` (which row) and ``kept``; what else is given are the columns to write.
"""

from __future__ import annotations

from sqlalchemy import Integer, String, and_, bindparam, delete, insert, null, select, update

from pipelines.library import tables as t

_page, _case, _rejection = t.pages.c, t.cases.c, t.rejections.c
_of_digest = bindparam("of_digest", type_=String)
_of_page = bindparam("of_page", type_=String)
_of_case = bindparam("of_case", type_=String)

ARCHIVE = select(_page.archive).where(_page.digest == _of_digest)
RULES = select(_page.rules).where(_page.digest == _of_digest)
INSERT_PAGE = insert(t.pages)
UPDATE_PAGE = update(t.pages).where(_page.digest == _of_digest)

VERSIONS = select(_case.version, _case.current, _case.data).where(_case.case_id == _of_case)
INSERT_CASE = insert(t.cases)
INSERT_CATEGORY = insert(t.case_categories)
INSERT_EVIDENCE = insert(t.evidence)
SUPERSEDE = update(t.cases).where(_case.case_id == _of_case).values(current=False)
SEE_CASE = (
    update(t.cases)
    .where(_case.case_id == _of_case, _case.version == bindparam("of_version", type_=Integer))
    .values(last_run=bindparam("last_run"), withdrawn_run=null())
)
SEE_CASES = (
    update(t.cases).where(_case.page_digest == _of_digest, _case.current).values(last_run=bindparam("last_run"), withdrawn_run=null())
)
RETIRE = (
    update(t.cases)
    .where(
        and_(
            _case.page_digest.in_(select(_page.digest).where(_page.identity == _of_page)),
            _case.current,
            _case.withdrawn_run.is_(None),
            _case.case_id.not_in(bindparam("kept", expanding=True, type_=String)),
        )
    )
    .values(withdrawn_run=bindparam("withdrawn_run"))
)

INSERT_REJECTION = insert(t.rejections)
UPDATE_REJECTION = update(t.rejections).where(_rejection.identity == _of_page, _rejection.part == bindparam("of_part", type_=Integer))
FORGET_REJECTIONS = delete(t.rejections).where(
    _rejection.identity == _of_page, _rejection.part.not_in(bindparam("kept", expanding=True, type_=Integer))
)
