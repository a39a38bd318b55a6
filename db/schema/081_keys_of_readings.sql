-- The keys of candidates and of record values need no index: nothing looks one up, and a paper's rows are replaced as a
-- whole (`save_readings`). Each took more than the columns of its table: 8 kB a paper and 5 kB.
CREATE TABLE values_without_index (
    record_key      VARCHAR NOT NULL,
    field           VARCHAR NOT NULL,
    metric          VARCHAR,
    candidate_key   VARCHAR NOT NULL,
    chosen          BOOLEAN NOT NULL,
    reason          VARCHAR,
    link            VARCHAR,
    confidence      DOUBLE
);
INSERT INTO values_without_index BY NAME SELECT * FROM record_values;
DROP TABLE record_values;
ALTER TABLE values_without_index RENAME TO record_values;

CREATE TABLE candidates_without_index (
    key             VARCHAR NOT NULL,
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
INSERT INTO candidates_without_index BY NAME SELECT * FROM candidates;
DROP INDEX candidates_paper;
DROP TABLE candidates;
ALTER TABLE candidates_without_index RENAME TO candidates;
CREATE INDEX candidates_paper ON candidates (arxiv_id);
