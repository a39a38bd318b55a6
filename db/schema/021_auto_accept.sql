-- Confidence above which fields are taken without asking. One rule is in force: the last one that was not withdrawn.
CREATE TABLE auto_accept_rules (
    set_at          TIMESTAMP PRIMARY KEY,
    threshold       DOUBLE NOT NULL,
    audit_share     DOUBLE NOT NULL,    -- of what the rule takes, sent to people all the same
    withdrawn_at    TIMESTAMP,
    reason          VARCHAR             -- why it was withdrawn
);
