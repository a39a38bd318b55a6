-- Papers that only a task term or a citation found: a look at the text decides whether they count (then they have a row
-- in found_by too), and what was dropped keeps its reason.
CREATE TABLE harvest_prospects (
    arxiv_id    VARCHAR NOT NULL,
    benchmark   VARCHAR NOT NULL,
    term        VARCHAR NOT NULL,   -- the task term's key, or "cited by 1706.03762v5"
    found_at    TIMESTAMP NOT NULL,
    verdict     VARCHAR,            -- null until the text was looked at; found | dropped | unread
    reason      VARCHAR,
    decided_at  TIMESTAMP,
    PRIMARY KEY (arxiv_id, benchmark, term)
);

-- Bibliographies that `harvest --cited` has read, and for which benchmark.
CREATE TABLE harvest_citing (
    arxiv_id    VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    benchmark   VARCHAR NOT NULL,
    read_at     TIMESTAMP NOT NULL,
    PRIMARY KEY (arxiv_id, version, benchmark)
);
