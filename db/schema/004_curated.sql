-- The table that analysts use: rows made from decisions, and the reference table's rows.
CREATE TABLE curated_rows (
    row_key         VARCHAR PRIMARY KEY,
    source          VARCHAR NOT NULL,   -- review | thompson2020
    arxiv_id        VARCHAR,
    version         INTEGER,
    title           VARCHAR,
    published       DATE,
    model           VARCHAR NOT NULL,
    benchmark       VARCHAR,
    role            VARCHAR NOT NULL
);

CREATE TABLE curated_values (
    row_key         VARCHAR NOT NULL,
    field           VARCHAR NOT NULL,
    metric          VARCHAR,
    value           DOUBLE,
    value_text      VARCHAR,
    unit            VARCHAR,
    page            INTEGER,
    quote           VARCHAR,
    state           VARCHAR NOT NULL,   -- accepted | corrected | rejected | not_stated | unsure | unreviewed | reference
    decision_key    VARCHAR,
    confidence      DOUBLE
);
CREATE INDEX curated_values_row ON curated_values (row_key);
