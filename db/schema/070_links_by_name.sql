-- How a value was joined is stored by the name of the way (`db/vocabulary.py`), so that its wording may change.
UPDATE record_values SET link = CASE link
    WHEN 'its model''s very name' THEN 'VERY_NAME'
    WHEN 'a name that may mean its model' THEN 'LIKE_NAME'
    WHEN 'its model named' THEN 'MODEL_NAMED'
    WHEN 'the model''s name says so' THEN 'NAME_SAYS_SO'
    WHEN 'words of its model''s name' THEN 'WORDS_OF_NAME'
    WHEN 'the paper''s only model' THEN 'ONLY_MODEL'
    WHEN 'its benchmark named' THEN 'BENCHMARK_NAMED'
    WHEN 'its benchmark named, the paper''s only value' THEN 'BENCHMARK_NAMED_ONLY_VALUE'
    WHEN 'no model named' THEN 'NO_MODEL_NAMED'
    WHEN 'no model named, the paper''s only value' THEN 'NO_MODEL_NAMED_ONLY_VALUE'
    ELSE link
END
WHERE link IS NOT NULL;
