-- What was asked of a rule when it was set, and the share of wrong values that was expected of it.
ALTER TABLE auto_accept_rules ADD COLUMN precision DOUBLE;
ALTER TABLE auto_accept_rules ADD COLUMN expected_wrong DOUBLE;
ALTER TABLE auto_accept_rules ADD COLUMN wrong_low DOUBLE;
ALTER TABLE auto_accept_rules ADD COLUMN wrong_high DOUBLE;
