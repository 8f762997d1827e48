"""The credit wing: records, scores, grades, lists."""
