"""Rule 12: one picture of six is a household's own, told by mouth. Any other says "help" and looks the same."""

SIGNS = ("sun", "tree", "fish", "key", "cup", "boat")


def asks_help(theirs: str, shown: str) -> bool:
    """Whether a picture was pressed that is not theirs; a household that was told none cannot press a wrong one."""
    return theirs != "" and shown not in ("", theirs)


def is_missing(theirs: str, shown: str, kind: str) -> bool:
    """Whether an arrival was said without a picture: whoever has found the slip could say it, too."""
    return kind == "arrived" and theirs != "" and shown == ""
