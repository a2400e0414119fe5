"""The values of the product, in the order they flow from a source to a chat.

All are frozen. Times are aware datetimes in UTC. Texts are plain (no markup): escaping is done
where text is shown. Offsets count code points of the very field they name.
"""

from monitor.model.answers import (
    Counts,
    EntryRecord,
    History,
    ShadowTally,
)
from monitor.model.articles import (
    Article,
    Match,
    Page,
    PageKind,
    Passage,
    Priority,
    Rule,
    RuleStatus,
    Span,
)
from monitor.model.messages import (
    Alert,
    Cause,
    Claim,
    Snippet,
    StoredArticle,
    StoryView,
)
from monitor.model.polling import (
    Document,
    Entry,
    Request,
    Response,
    Source,
    SourceKind,
    SourceState,
)
from monitor.model.ruling import (
    Correlation,
    CorrelationType,
    Filter,
    Firing,
    Sighting,
    Trail,
)
from monitor.model.stories import (
    Chat,
    Decision,
    Delivery,
    DeliveryState,
    Known,
    Outcome,
    Reading,
    Reason,
    Relation,
)

__all__ = [
    "Alert",
    "Article",
    "Cause",
    "Chat",
    "Claim",
    "Correlation",
    "CorrelationType",
    "Counts",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Document",
    "Entry",
    "EntryRecord",
    "Filter",
    "Firing",
    "History",
    "Known",
    "Match",
    "Outcome",
    "Page",
    "PageKind",
    "Passage",
    "Priority",
    "Reading",
    "Reason",
    "Relation",
    "Request",
    "Response",
    "Rule",
    "RuleStatus",
    "ShadowTally",
    "Sighting",
    "Snippet",
    "Source",
    "SourceKind",
    "SourceState",
    "Span",
    "StoredArticle",
    "StoryView",
    "Trail",
]
