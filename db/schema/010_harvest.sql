-- Where a harvest stands: what was asked and confirmed, what waits to be fetched, what was odd.

-- Periods of arXiv's search by first submission, one row a term and period [period_from, period_to).
CREATE TABLE harvest_windows (
    term        VARCHAR NOT NULL,
    period_from TIMESTAMP NOT NULL,
    period_to   TIMESTAMP NOT NULL,
    state       VARCHAR NOT NULL,   -- open | complete | short
    next_start  INTEGER NOT NULL,   -- where the page after the last saved one starts
    total       INTEGER,            -- what the server last said
    seen        VARCHAR[] NOT NULL, -- ids that it has given
    runs        INTEGER NOT NULL,   -- that ended without the total being reached
    message     VARCHAR,
    asked_at    TIMESTAMP,          -- the server's time when it was last asked
    PRIMARY KEY (term, period_from, period_to)
);

-- How far each benchmark is: its papers since `since` are searched for up to `horizon`; from there OAI-PMH goes on.
CREATE TABLE harvest_marks (
    benchmark   VARCHAR PRIMARY KEY,
    terms       VARCHAR[] NOT NULL, -- the search terms it was harvested by: others must be searched for anew
    since       TIMESTAMP NOT NULL,
    horizon     TIMESTAMP NOT NULL, -- the time when its search began
    searched    BOOLEAN NOT NULL,   -- the search up to the horizon is complete
    oai_from    DATE,               -- the server's date from which to ask for changes
    updated_at  TIMESTAMP NOT NULL
);

-- The OAI-PMH list that is being read; a row as long as it is.
CREATE TABLE harvest_lists (
    list        VARCHAR PRIMARY KEY,    -- what was asked for: set, from, until, benchmarks and terms
    token       VARCHAR NOT NULL,
    response    DATE NOT NULL,          -- the server's date in the list's first answer
    received    INTEGER NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);

-- PDFs to fetch, and why one is not fetched.
CREATE TABLE harvest_queue (
    arxiv_id    VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    score       DOUBLE NOT NULL,    -- relevance, 0 to 1
    state       VARCHAR NOT NULL,   -- waiting | fetched | withdrawn | superseded | given_up
    reason      VARCHAR NOT NULL,
    queued_at   TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (arxiv_id, version)
);

-- What a run met and could not use: entries without an id, deleted records, totals that don't hold.
CREATE TABLE harvest_notes (
    run         VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,
    subject     VARCHAR NOT NULL,
    message     VARCHAR NOT NULL,
    noted_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, subject, message)
);

ALTER TABLE harvest_runs ADD COLUMN requests INTEGER;
ALTER TABLE harvest_runs ADD COLUMN new_papers INTEGER;
ALTER TABLE harvest_runs ADD COLUMN new_versions INTEGER;
ALTER TABLE harvest_runs ADD COLUMN waiting INTEGER;
