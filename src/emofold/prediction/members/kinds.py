"""The kinds of models that a bundle may hold."""

from collections.abc import Mapping
from typing import Any

from emofold.prediction.members.networks import FinetunedMember, SequenceMember
from emofold.prediction.members.static import StaticMember

MEMBERS: Mapping[str, Any] = {
    member.kind: member for member in (StaticMember, SequenceMember, FinetunedMember)
}
