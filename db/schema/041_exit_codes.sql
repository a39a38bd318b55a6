-- How a run ended for whoever scheduled it: 75 (try later) on many nights in a row is a fault that nobody sees.
ALTER TABLE harvest_runs ADD COLUMN exit_code INTEGER;
UPDATE harvest_runs
SET exit_code = CASE WHEN outcome = 'done' THEN 0 WHEN outcome = 'stopped' AND message IS DISTINCT FROM 'interrupted' THEN 75 END
WHERE outcome IN ('done', 'stopped');
