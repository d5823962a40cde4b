"""The languages people write in here, each named in its own words.

BCP 47 codes: the four of the region's offices, then languages of the communities that the
projects work with.
"""

WRITTEN = {
    "es": "Español",
    "en": "English",
    "pt": "Português",
    "fr": "Français",
    "quc": "K’iche’",
    "kek": "Q’eqchi’",
    "tzh": "Bats’il k’op (tseltal)",
    "tzo": "Bats’i k’op (tsotsil)",
    "zap": "Diidxazá (zapoteco)",
    "miq": "Miskitu",
    "qu": "Runasimi",
    "ay": "Aymar aru",
    "gn": "Avañe’ẽ",
    "jiv": "Shuar chicham",
    "nl": "Nederlands",
    "de": "Deutsch",
    "it": "Italiano",
}
