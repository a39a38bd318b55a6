-- How a value was joined to its record's model, and the measured chance that it is right and this model's.
ALTER TABLE record_values ADD COLUMN link VARCHAR;       -- null where the value stands in the model's own row
ALTER TABLE record_values ADD COLUMN confidence DOUBLE;  -- null: as the candidate's
