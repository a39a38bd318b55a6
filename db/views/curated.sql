-- One line a curated row: each value with its page, quote and state beside it. Scores: the row's primary metric
-- (the first saved) in `metric`/`score`, all of them in `scores` as JSON; fields without a column in `others` as JSON.
CREATE OR REPLACE VIEW curated AS
WITH said AS (
    -- the paper's words; where a person gave a value that stands nowhere in them, that person's, marked as such
    SELECT * REPLACE (CASE WHEN stated_by IS NULL THEN quote
                           ELSE quote || ' (stated by ' || stated_by || ', not found in the paper)' END AS quote),
           rowid AS saved
    FROM curated_values
),
ranked AS (
    -- where a row has several values of a field, the one that a person stands behind comes first, then the first saved
    SELECT *, row_number() OVER (
        PARTITION BY row_key, field
        ORDER BY list_position(['accepted', 'corrected', 'reference', 'auto_accepted', 'unreviewed', 'unsure', 'disputed',
                                'not_stated', 'rejected'], state), saved
    ) AS place
    FROM said
    WHERE field <> 'score'
),
by_field AS (
    SELECT row_key, field, value, value_text, page, quote, state FROM ranked WHERE place = 1
),
scores AS (
    SELECT row_key,
           first(metric ORDER BY saved) AS metric,
           first(value  ORDER BY saved) AS score,
           first(page   ORDER BY saved) AS score_page,
           first(quote  ORDER BY saved) AS score_quote,
           first(state  ORDER BY saved) AS score_state,
           to_json(list({'metric': metric, 'value': value, 'page': page, 'quote': quote, 'state': state} ORDER BY saved)) AS scores
    FROM said
    WHERE field = 'score'
    GROUP BY row_key
),
others AS (
    SELECT row_key,
           to_json(list({'field': field, 'value': coalesce(to_json(value_text), to_json(value)), 'unit': unit, 'page': page,
                         'quote': quote, 'state': state} ORDER BY saved)) AS others
    FROM said
    WHERE field NOT IN ('score', 'device', 'device_count', 'training_time', 'epochs', 'parameters', 'flops',
                        'multiply_adds', 'training_flops')
    GROUP BY row_key
)
SELECT r.row_key, r.source, r.arxiv_id, r.version, r.title, r.published, r.model, r.benchmark, r.role,
       s.metric, s.score, s.score_page, s.score_quote, s.score_state, s.scores,
       d.value_text AS device,            d.page AS device_page,        d.quote AS device_quote,        d.state AS device_state,
       n.value AS device_count,           n.page AS device_count_page,  n.quote AS device_count_quote,  n.state AS device_count_state,
       t.value AS training_seconds,       t.page AS training_seconds_page, t.quote AS training_seconds_quote, t.state AS training_seconds_state,
       e.value AS epochs,                 e.page AS epochs_page,        e.quote AS epochs_quote,        e.state AS epochs_state,
       p.value AS parameters,             p.page AS parameters_page,    p.quote AS parameters_quote,    p.state AS parameters_state,
       f.value AS flops,                  f.page AS flops_page,         f.quote AS flops_quote,         f.state AS flops_state,
       m.value AS multiply_adds,          m.page AS multiply_adds_page, m.quote AS multiply_adds_quote, m.state AS multiply_adds_state,
       o.value AS training_flops,         o.page AS training_flops_page, o.quote AS training_flops_quote, o.state AS training_flops_state,
       coalesce(x.others, to_json([]::VARCHAR[])) AS others
FROM curated_rows r
LEFT JOIN scores   s ON s.row_key = r.row_key
LEFT JOIN others   x ON x.row_key = r.row_key
LEFT JOIN by_field d ON d.row_key = r.row_key AND d.field = 'device'
LEFT JOIN by_field n ON n.row_key = r.row_key AND n.field = 'device_count'
LEFT JOIN by_field t ON t.row_key = r.row_key AND t.field = 'training_time'
LEFT JOIN by_field e ON e.row_key = r.row_key AND e.field = 'epochs'
LEFT JOIN by_field p ON p.row_key = r.row_key AND p.field = 'parameters'
LEFT JOIN by_field f ON f.row_key = r.row_key AND f.field = 'flops'
LEFT JOIN by_field m ON m.row_key = r.row_key AND m.field = 'multiply_adds'
LEFT JOIN by_field o ON o.row_key = r.row_key AND o.field = 'training_flops'
ORDER BY r.source, r.benchmark, r.arxiv_id, r.model, r.row_key;
