-- Papers, their PDFs, and how they were found.
CREATE TABLE papers (
    arxiv_id    VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    title       VARCHAR,
    authors     VARCHAR[],
    abstract    VARCHAR,
    categories  VARCHAR[],
    published   DATE,               -- of v1
    updated     DATE,
    license     VARCHAR,
    comment     VARCHAR,
    withdrawn   BOOLEAN NOT NULL DEFAULT false,
    pdf_sha256  VARCHAR,            -- null until the PDF is kept
    added_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (arxiv_id, version)
);

-- Files that were offered: kept PDFs, and those refused with the reason.
CREATE TABLE files (
    sha256      VARCHAR PRIMARY KEY,
    path        VARCHAR NOT NULL,   -- relative to the PDF store beside the database
    bytes       BIGINT NOT NULL,
    source      VARCHAR NOT NULL,   -- where it came from: a file name or a URL
    arxiv_id    VARCHAR,
    version     INTEGER,
    added_at    TIMESTAMP NOT NULL
);

-- Which benchmark's term found which paper: the study's "papers found".
CREATE TABLE found_by (
    arxiv_id    VARCHAR NOT NULL,
    benchmark   VARCHAR NOT NULL,
    term        VARCHAR NOT NULL,
    found_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (arxiv_id, benchmark, term)
);

CREATE TABLE harvest_runs (
    run         VARCHAR PRIMARY KEY,
    started_at  TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP,
    settings    JSON NOT NULL,
    outcome     VARCHAR,            -- done | stopped | failed
    found       INTEGER,
    fetched     INTEGER,
    failed      INTEGER,
    message     VARCHAR
);

CREATE TABLE harvest_failures (
    arxiv_id    VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    reason      VARCHAR NOT NULL,
    message     VARCHAR,
    tries       INTEGER NOT NULL,
    last_try    TIMESTAMP NOT NULL,
    next_try    TIMESTAMP,          -- null: not to be retried
    PRIMARY KEY (arxiv_id, version)
);
