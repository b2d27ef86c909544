"""The corpora that emofold knows: where their files come from and what they say."""
