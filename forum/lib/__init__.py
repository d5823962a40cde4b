"""Pure helpers every room may use: the clock, markup, slugs, tokens, permission, text.

For: values in, values out.
Not for: the database, Flask, or anything that knows the domain's nouns.
"""
