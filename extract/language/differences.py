"""Words that make a number a difference and no value: "improves by 2.0", "8x fewer parameters", "1.3 points better"."""

from __future__ import annotations

import re

from extract.pattern import Pattern

HEDGE = r"(?:(?:about|around|roughly|approximately|only|just|over|nearly|almost|more\sthan|at\sleast|[~∼])\s?)*"
COMPARED = r"(?:fewer|less|more|lower|higher)"
CHANGE = r"(?:improvements?|gains?|reductions?|increases?|decreases?|drops?|boosts?|degradation|loss)"

COUNT_DIFFERENCE_BEFORE = Pattern(
    "words before a count that make it a difference",
    {
        r"(?:additional|extra|another|more|fewer|less)": "an additional ",
        r"(?:reduc|increas|decreas|introduc|remov|sav)\w+": "this reduces the network by about ",
        r"(?:cut|grow|drop)\w*": "it grew and now grows by ",
        r"add(?:s|ed|ing)?": ("it adds only ", "it adds 1.2 GFLOPs and "),
    },
    refuses=("it has ", "a non-extra ", "it adds two blocks, has 1.2 GFLOPs and "),
    before=r"(?<![\w-])",
    after=rf"\s(?:\w+\s){{0,3}}?(?:by\s)?{HEDGE}(?:\d[\d.,]*\s?[A-Za-z-]+\sand\s{HEDGE})?$",
)
# "is cut to 5M", "than SlowNet with 5M": the number behind a difference's word is a count all the same
UP_TO_THERE = Pattern(
    "words that end a difference, so that the number behind them is a count",
    {
        r"\b(?:to|beyond\sthe)": "is cut to about ",
        r"(?-i:(?<![\w-])[A-Z][\w.-]*)\s(?:with|at|has|of)": "fewer than SlowNet with ",
    },
    refuses=("cut by ", "fewer than those with "),
    after=rf"\s{HEDGE}$",
)
SCORE_DIFFERENCE_BEFORE = Pattern(
    "words before a score that make it a difference",
    {
        r"\bby\s": "improves it by about ",
        r"\b(?:gain(?:s|ed|ing)?|boost(?:s|ed)?|drops?|decreased?|loss|lift)(?:\sof)?\s": "a gain of ",
        r"\b(?:improvements?|increases?|reduction|degradation)(?:\sof)?\s": "an increase of only ",
        r"\b(?:improv(?:es|ed|ing)|increased|reduces?|reducing)\s": "improves ",
        r"\b(?:differences?|gaps?|margins?|deviation|benefit)(?:\sof)?\s": "the gap of ",
        r"\b(?:additional|extra|another|within)\s": "an extra ",
        r"\bup\sto\s": "up to ",
        r"[+−±∆Δ<>≤≥]\s?(?!.)": "(+",
    },
    refuses=("it has an accuracy of ", "it is raised to "),
    after=rf"(?:\w+\s)?(?:an?\s)?(?:(?:absolute|relative)\s)?(?:[+]\s?)?{HEDGE}\(?$",
)
SCORE_DIFFERENCE_AFTER = Pattern(
    "words behind a score that make it a difference",
    {
        r"\s?(?:%|percent)?\s?(?:absolute|relative|points?\b|p\.?p\.?\b|pts?\b|percentage\spoints?)": "% absolute",
        r"\s?(?:BLEU|AP)\spoints?": " BLEU points",
        rf"[^.;,]{{0,24}}\b(?:{COMPARED}|{CHANGE}|better|worse)\b": " AP better than it",
        r"[^.;,]{0,24}\b(?:behind|above|below|over\sthe|than|gap|difference|margin)\b": " AP above it",
    },
    refuses=("% on the test set", " AP. Better ones follow"),
    before="^",
)
GAP_BETWEEN = Pattern(
    "a sentence on the distance between two scores",
    {r"\b(?:gap|difference|margin|distance)s?\sbetween\b[^.;]*$": "the gap between train and test error is "},
    refuses=("the gap is closed. Between them ",),
    flags=re.IGNORECASE,
)
