"""The tables, as a list of steps that only ever grows.

Times are microseconds (see moments); lists and evidence are JSON; enumerations are stored by
name, so that their wording may change.
"""

from pathlib import Path

from sqlite_utils import Database, Migrations

from monitor.errors import NewerDatabase, StoreError

APPLICATION_ID = 0x6D6F6E69  # "moni" in the file's header: this is ours
SEARCHABLE = ("title", "standfirst", "text")
# Marks count as letters: without them the vowel signs of Indian scripts would cut words apart.
TOKENS = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

migrations = Migrations("monitor")


def prepare(db: Database, path: Path) -> None:
    """Bring a new or older database up to date; raise rather than touch any other."""
    _check_ours(db, path)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db)


def check_readable(db: Database, path: Path) -> None:
    """Raise StoreError unless this version can read the database as it is."""
    _check_ours(db, path)
    if migrations.pending(db):
        raise StoreError(
            f"{path} was written by an earlier version of monitor; "
            "start `monitor run` once, which brings it up to date"
        )


def _check_ours(db: Database, path: Path) -> None:
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID and db.table_names():
        raise StoreError(f"{path} is the database of another program; name another [store] path")
    if {step.name for step in migrations.applied(db)} - _known_steps():
        raise NewerDatabase(
            f"{path} was written by a later version of monitor; install that version "
            "or name another [store] path"
        )


def _known_steps() -> set[str]:
    with Database(memory=True) as empty:
        return {step.name for step in migrations.pending(empty)}


_FIRST = """
CREATE TABLE source_state (
    source TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    next_poll_at INTEGER NOT NULL,
    polled_at INTEGER,
    succeeded_at INTEGER,
    baseline_at INTEGER,
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    failures INTEGER NOT NULL,
    error TEXT,
    stopped TEXT
) STRICT;

CREATE TABLE page_failure (
    url TEXT PRIMARY KEY,
    url_key TEXT NOT NULL,
    source TEXT NOT NULL,
    failures INTEGER NOT NULL,
    error TEXT NOT NULL,
    failed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX page_failure_by_url ON page_failure (url_key);

CREATE TABLE story (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    opened_at INTEGER NOT NULL
) STRICT;

CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story INTEGER NOT NULL REFERENCES story (id),
    relation TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    text_key TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    standfirst TEXT NOT NULL,
    outlet TEXT NOT NULL,
    source TEXT NOT NULL,
    published INTEGER,
    modified INTEGER,
    authors TEXT NOT NULL,
    section TEXT,
    lang TEXT,
    country TEXT,
    canonical_url TEXT,
    origin TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX article_by_story ON article (story);
CREATE INDEX article_by_text ON article (text_key);
CREATE INDEX article_by_time ON article (read_at);

CREATE TABLE url_alias (
    url_key TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article (id),
    PRIMARY KEY (url_key, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    title TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('baseline', 'article')),
    note TEXT NOT NULL,
    article INTEGER REFERENCES article (id)
) STRICT;
CREATE INDEX entry_by_url ON entry (url_key);
CREATE INDEX entry_by_article ON entry (article);
CREATE INDEX entry_by_time ON entry (seen_at);

CREATE TABLE entry_key (
    key TEXT PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_match (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (id),
    rule TEXT NOT NULL,
    title TEXT NOT NULL,
    query TEXT NOT NULL,
    pack TEXT NOT NULL,
    priority TEXT NOT NULL,
    channels TEXT NOT NULL,
    tags TEXT NOT NULL,
    status TEXT NOT NULL,
    spans TEXT NOT NULL,
    UNIQUE (article, rule)
) STRICT;

CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (id),
    chat TEXT NOT NULL,
    rules TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_by_article ON decision (article, chat);

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat TEXT NOT NULL,
    story INTEGER NOT NULL REFERENCES story (id),
    kind TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('QUEUED', 'RETRY', 'SENT', 'DEAD')),
    ready_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    ambiguous INTEGER NOT NULL,
    error TEXT,
    ref TEXT,
    sent_at INTEGER,
    claimed_at INTEGER,
    lease_until INTEGER,
    UNIQUE (story, chat, kind, revision)
) STRICT;
CREATE INDEX delivery_waiting ON delivery (chat, ready_at, id)
    WHERE state IN ('QUEUED', 'RETRY');
CREATE INDEX delivery_by_claim ON delivery (claimed_at);

CREATE TABLE subscription (
    chat TEXT NOT NULL,
    rule TEXT NOT NULL,
    subscribed INTEGER NOT NULL CHECK (subscribed IN (0, 1)),
    PRIMARY KEY (chat, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE moved_chat (
    was TEXT PRIMARY KEY,
    address TEXT NOT NULL
) STRICT;

CREATE TABLE suspended_chat (
    chat TEXT PRIMARY KEY,
    reason TEXT NOT NULL
) STRICT;
"""


# What a rule found before its query was changed says nothing of the rule as it is now.
_CORRELATIONS = """
ALTER TABLE rule_match ADD COLUMN matched_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rule_match ADD COLUMN filtered TEXT NOT NULL DEFAULT '';
UPDATE rule_match SET matched_at = (SELECT read_at FROM article WHERE id = rule_match.article);
CREATE INDEX match_by_rule ON rule_match (rule, matched_at);
CREATE INDEX match_in_shadow ON rule_match (matched_at) WHERE status = 'SHADOW';

ALTER TABLE decision ADD COLUMN detail TEXT NOT NULL DEFAULT '';

CREATE TABLE rule_in_force (
    rule TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO rule_in_force (rule, query, since)
    SELECT rule, query, min(matched_at) FROM rule_match GROUP BY rule, query
    ORDER BY max(matched_at);

CREATE TABLE firing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    correlation TEXT NOT NULL,
    title TEXT NOT NULL,
    priority TEXT NOT NULL,
    story INTEGER NOT NULL REFERENCES story (id),
    revision INTEGER NOT NULL,
    reason TEXT NOT NULL,
    articles TEXT NOT NULL,
    rules TEXT NOT NULL,
    fired_at INTEGER NOT NULL,
    UNIQUE (story, correlation, revision)
) STRICT;
CREATE INDEX firing_by_time ON firing (correlation, fired_at);

CREATE TABLE notice (
    about TEXT PRIMARY KEY,
    given_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


# Marks of a source's last pages, and the live blogs that are read again.
_LIVE = """
ALTER TABLE source_state ADD COLUMN pages TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN drift TEXT;

CREATE TABLE live_page (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    newest_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT
) STRICT;
CREATE INDEX live_page_due ON live_page (next_at);
"""

# Rows of what may recur are many and mostly seen once: no texts in them but of what came again.
_LEARNED = """
CREATE TABLE passage (
    host TEXT NOT NULL,
    imprint TEXT NOT NULL,
    opening TEXT NOT NULL,
    articles INTEGER NOT NULL,
    within INTEGER NOT NULL,
    witnesses TEXT NOT NULL,
    story INTEGER NOT NULL,
    recurs INTEGER NOT NULL CHECK (recurs IN (0, 1)),
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (host, imprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX passage_recurring ON passage (host, last_at) WHERE recurs = 1;
CREATE INDEX passage_by_time ON passage (last_at);

CREATE TABLE left_out (
    article INTEGER NOT NULL REFERENCES article (id),
    host TEXT NOT NULL,
    imprint TEXT NOT NULL,
    PRIMARY KEY (article, imprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE link_shape (
    source TEXT NOT NULL,
    shape TEXT NOT NULL,
    articles INTEGER NOT NULL,
    others INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (source, shape)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing_links (
    source TEXT PRIMARY KEY,
    links TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# A live blog that was there at a first poll is silent until it has been read once.
_FOLLOWED = """
ALTER TABLE live_page ADD COLUMN baseline INTEGER NOT NULL DEFAULT 0 CHECK (baseline IN (0, 1));
"""


@migrations()
def m001_first(db: Database) -> None:
    """Everything of version 0.1."""
    db.executescript(_FIRST)
    db.table("article").enable_fts(SEARCHABLE, create_triggers=True, tokenize=TOKENS)


@migrations()
def m002_correlations(db: Database) -> None:
    """Filters, rules in shadow, correlations, and what operators were told of."""
    db.executescript(_CORRELATIONS)


@migrations()
def m003_live(db: Database) -> None:
    """Live blogs that go on, and how the last pages of a source were read."""
    db.executescript(_LIVE)


@migrations()
def m004_learned(db: Database) -> None:
    """What is learned of outlets: the passages they repeat, and the links of their listings."""
    db.executescript(_LEARNED)


@migrations()
def m005_followed(db: Database) -> None:
    """Live blogs that were there at a source's first poll."""
    db.executescript(_FOLLOWED)
