-- What people were asked and what they said. `decisions` is append-only: nothing updates or deletes it.
CREATE TABLE review_tasks (
    key             VARCHAR PRIMARY KEY,
    record_key      VARCHAR NOT NULL,
    payload         JSON NOT NULL,
    backend         VARCHAR,
    backend_id      VARCHAR,
    state           VARCHAR NOT NULL,   -- queued | sent | done | stale
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL
);

CREATE SEQUENCE decision_order;
CREATE TABLE decisions (
    key             VARCHAR PRIMARY KEY,
    position        BIGINT NOT NULL DEFAULT nextval('decision_order'),
    task_key        VARCHAR NOT NULL,
    arxiv_id        VARCHAR NOT NULL,
    version         INTEGER NOT NULL,
    model           VARCHAR NOT NULL,
    benchmark       VARCHAR,
    field           VARCHAR NOT NULL,
    metric          VARCHAR,
    verdict         VARCHAR NOT NULL,   -- models.Verdict
    judged_value    DOUBLE,
    judged_text     VARCHAR,
    value           DOUBLE,
    value_text      VARCHAR,
    page            INTEGER,
    quote           VARCHAR,
    judged_key      VARCHAR NOT NULL,
    annotator       VARCHAR NOT NULL,
    decided_at      TIMESTAMP NOT NULL,
    seconds_spent   DOUBLE,
    backend         VARCHAR NOT NULL,
    backend_id      VARCHAR,
    note            VARCHAR,
    saved_at        TIMESTAMP NOT NULL
);

CREATE TABLE sync_marks (
    backend         VARCHAR PRIMARY KEY,    -- backend and project
    high_water      TIMESTAMP,
    synced_at       TIMESTAMP NOT NULL
);
