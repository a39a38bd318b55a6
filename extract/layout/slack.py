"""How far edges that belong together may stand apart on a page, in points, wherever boxes are compared.

Rulings are drawn a line's width off the text, boxes of words follow the letters: an edge is never exact.
"""

ROUNDING = 1.0  # what two boxes may overlap, or lie apart, and still touch | 0 0 0 0
SLACK = 2.0  # a word's edge and the edge of its box, ruling or line | 0 0 0 3
WIDE_SLACK = 3.0  # edges of two boxes that stand over or beside each other: a caption, a table, a column | 0 0 0 1
