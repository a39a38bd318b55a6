-- What the order of the review takes of each record that shows a value: one row a record, few columns, worked out once a
-- reading (`db/tables/outlines.py`). A row `as_taken` stands beside a record's first where the curated table, whose
-- values have an order of their own, has another point of it.
CREATE TABLE outlines (
    record_key      VARCHAR NOT NULL,
    arxiv_id        VARCHAR NOT NULL,
    version         INTEGER NOT NULL,
    model           VARCHAR NOT NULL,
    benchmark       VARCHAR,
    as_taken        BOOLEAN NOT NULL,
    page            INTEGER NOT NULL,   -- where its first value stands
    top             DOUBLE NOT NULL,    -- points from the page's top
    error           DOUBLE,             -- rate; of each field the first value counts
    device          VARCHAR,
    device_count    DOUBLE,
    training_time   DOUBLE,
    flops           DOUBLE,
    multiply_adds   DOUBLE,
    parameters      DOUBLE,
    least_sure      DOUBLE NOT NULL,    -- confidence of its least sure value; -1 where one has none or is a hard form
    doubt           DOUBLE NOT NULL,    -- the chance that any value is wrong
    doubts          DOUBLE[] NOT NULL   -- the chance that its point over each measure of computing is
);

-- Of which reading, and by which rules, each paper's outlines are. Others are worked out anew.
CREATE TABLE outlined_papers (
    arxiv_id    VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    read_at     TIMESTAMP NOT NULL,
    made_by     VARCHAR NOT NULL,
    PRIMARY KEY (arxiv_id, version)
);
