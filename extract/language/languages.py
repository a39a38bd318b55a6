"""Languages and pairs of languages as translation papers name them: "English-German", "En→De"."""

from __future__ import annotations

import re

from extract.pattern import Pattern

_NAMES = {
    "English": "en", "German": "de", "French": "fr", "Dutch": "nl", "Spanish": "es", "Chinese": "zh", "Mandarin": "zh",
    "Arabic": "ar", "Italian": "it", "Russian": "ru", "Czech": "cs", "Finnish": "fi", "Japanese": "ja", "Korean": "ko",
    "Portuguese": "pt", "Romanian": "ro", "Turkish": "tr", "Hindi": "hi", "Vietnamese": "vi", "Polish": "pl",
    "Swedish": "sv", "Danish": "da", "Estonian": "et", "Latvian": "lv", "Lithuanian": "lt", "Hungarian": "hu",
    "Greek": "el",
}  # fmt: skip
_NAMES_BY_CODE = {code: name for name, code in reversed(_NAMES.items())}
_CODES = frozenset(_NAMES.values()) | frozenset("gu kk ne si he uk bg sk sl fa my ha ta".split())
_OTHER_NAMES = """
    Cantonese Afrikaans Albanian Amharic Armenian Assamese Azerbaijani Bashkir Basque Belarusian Bengali Bosnian
    Breton Bulgarian Burmese Catalan Croatian Esperanto Faroese Filipino Galician Georgian Gujarati Hausa Hebrew
    Icelandic Igbo Indonesian Irish Javanese Kannada Kazakh Khmer Kurdish Kyrgyz Lao Lingala Luxembourgish
    Macedonian Malagasy Malay Malayalam Maltese Maori Marathi Mongolian Nepali Norwegian Pashto Persian Farsi
    Punjabi Serbian Shona Sindhi Sinhala Slovak Slovenian Somali Sundanese Swahili Tagalog Tajik Tamil Tatar
    Telugu Thai Tibetan Turkmen Ukrainian Urdu Uyghur Uzbek Welsh Wolof Xhosa Yoruba Zulu
"""
# a column headed by one of these alone is that language's data set; English is the only one that is tracked
_ALONE = "|".join([*(name for name in _NAMES if name not in ("English", "French")), *_OTHER_NAMES.split()])

_NAME = rf"(?:{'|'.join(_NAMES)})"
_NAME_PAIR = Pattern(
    "two languages, from one into the other",
    {
        "→": "English→German",
        "⇒": "English ⇒ German",
        "-": "English-German",
        "–": "English–German",
        r"to\b": "English to German",
        r"into\b": "English into French",
        "/": "English/German",
    },
    refuses=("English and German", "Englishman to German"),
    before=rf"\b{_NAME}\s?",
    after=rf"\s?{_NAME}\b",
    flags=re.NOFLAG,
)
_CODE_PAIR = Pattern(
    "two languages by their codes",
    {
        "→": "en→de",
        "⇒": "en ⇒ de",
        "⇔": "en⇔de",
        "↔": "en↔de",
        "->": "en->de",
        "-": "En-De",
        "–": "En–De",
        "=>": "en=>de",
        "2": "en2de",
        "/": "En/De",
    },
    refuses=("Eng-Ger", "en, de"),
    before=r"(?<![\w-])(?P<a>[A-Za-z]{2})\s?",
    after=r"\s?(?P<b>[A-Za-z]{2})(?![\w-])",
    flags=re.NOFLAG,
)
_LANGUAGE_ALONE = Pattern(
    "a language alone, or with a metric that has none of its own",
    {_ALONE: ("German", "Dutch F1")},
    refuses=("German BLUE", "Germanic"),
    before="^",
    after=r"(?:\s(?:F1|NER|BLEU|WER|CER))?$",
    flags=re.NOFLAG,
)


def names_one_language(text: str) -> bool:
    """Whether the whole text is a language other than English, with or without a metric: "German", "Dutch F1"."""
    return bool(_LANGUAGE_ALONE.fullmatch(text))


def language_alone(text: str) -> str | None:
    """The name of the language that the whole text is, by name or by code ("German", "DE"); None for other texts."""
    text = text.strip()
    return text if text in _NAMES else _NAMES_BY_CODE.get(text.lower())


def names_language_pair(text: str) -> bool:
    """Whether the text names a translation's two languages; the data set decides whether the pair is tracked."""
    return bool(language_pairs(text))


def language_pairs(text: str) -> list[str]:
    """The pairs of languages that the text names, as printed in lower case: ["en-de", "english to french"]."""
    codes = [m for m in _CODE_PAIR.finditer(text) if {m["a"].lower(), m["b"].lower()} <= _CODES and m["a"] != m["b"]]
    return [m.group().lower() for m in (*codes, *_NAME_PAIR.finditer(text))]
