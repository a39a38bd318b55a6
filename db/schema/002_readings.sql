-- What the extractor read: one reading a PDF and reader version, its candidates, and records made of them.
CREATE TABLE readings (
    arxiv_id        VARCHAR NOT NULL,
    version         INTEGER NOT NULL,
    pdf_sha256      VARCHAR NOT NULL,
    reader_version  VARCHAR NOT NULL,
    outcome         VARCHAR NOT NULL,   -- models.Outcome
    message         VARCHAR,
    pages           INTEGER,
    tables          INTEGER,
    seconds         DOUBLE,
    peak_mb         DOUBLE,
    read_at         TIMESTAMP NOT NULL,
    PRIMARY KEY (arxiv_id, version)
);

CREATE TABLE candidates (
    key             VARCHAR PRIMARY KEY,
    arxiv_id        VARCHAR NOT NULL,
    version         INTEGER NOT NULL,
    field           VARCHAR NOT NULL,
    value           DOUBLE,             -- numbers; null for device names and hard forms
    value_text      VARCHAR,            -- device names, and hard forms as printed
    unit            VARCHAR,
    low             DOUBLE,
    high            DOUBLE,
    subject         VARCHAR,
    run             VARCHAR,
    benchmark       VARCHAR,
    metric          VARCHAR,
    split           VARCHAR,
    purpose         VARCHAR NOT NULL,
    role            VARCHAR,
    qualifiers      JSON NOT NULL,
    page            INTEGER NOT NULL,
    quote           VARCHAR NOT NULL,
    start_offset    INTEGER,
    end_offset      INTEGER,
    boxes           JSON NOT NULL,      -- [[x0, top, x1, bottom], ...] in points from the top left
    table_label     VARCHAR,
    row_header      VARCHAR,
    column_header   VARCHAR,
    pattern         VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    confidence      DOUBLE,
    chosen          BOOLEAN NOT NULL,
    reason          VARCHAR,
    judged_key      VARCHAR NOT NULL
);
CREATE INDEX candidates_paper ON candidates (arxiv_id);

CREATE TABLE records (
    key             VARCHAR PRIMARY KEY,
    arxiv_id        VARCHAR NOT NULL,
    version         INTEGER NOT NULL,
    model           VARCHAR NOT NULL,
    benchmark       VARCHAR,
    role            VARCHAR NOT NULL
);

CREATE TABLE record_values (
    record_key      VARCHAR NOT NULL,
    field           VARCHAR NOT NULL,
    metric          VARCHAR,
    candidate_key   VARCHAR NOT NULL,
    chosen          BOOLEAN NOT NULL,
    reason          VARCHAR,
    PRIMARY KEY (record_key, field, candidate_key)
);
