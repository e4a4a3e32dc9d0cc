"""The lifecycle as a table and a diagram in Markdown, made from the table of transitions."""

from claims.enums import ActorKind, ClaimStatus
from claims.transitions import TABLE

BEGIN, END = "<!-- lifecycle:begin -->", "<!-- lifecycle:end -->"
_WHO = {
    ActorKind.PARTNER: "partner",
    ActorKind.REVIEWER: "reviewer",
    ActorKind.CUSTOMER: "customer",
    ActorKind.SYSTEM: "clock",
}


def lifecycle_markdown() -> str:
    """Mermaid diagram and table of all transitions."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {ClaimStatus.EDITING}: create (partner)"]
    for row in TABLE.values():
        for source in sorted(row.sources):
            lines.append(f"    {source} --> {row.target}: {row.action} ({_WHO[row.by]})")
    lines += ["```", "", "| action | from | to | by | rule |", "|---|---|---|---|---|"]
    for row in TABLE.values():
        sources = ", ".join(str(ClaimStatus(source).label) for source in sorted(row.sources))
        lines.append(f"| {row.action} | {sources} | {ClaimStatus(row.target).label} | {_WHO[row.by]} | {row.rule} |")
    return "\n".join(lines)


def renewed(document: str) -> str:
    """``document`` with the part between the two markers made anew. Raises ValueError when a marker is missing."""
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document needs the markers {BEGIN} and {END}.")
    return f"{head}{BEGIN}\n{lifecycle_markdown()}\n{END}{tail}"
