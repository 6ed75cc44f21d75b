"""Rows of the correspondence, a noun a file."""

from portal.correspondence.models.assignment import Assignment, AssignmentStep, Nudge, Recurrence
from portal.correspondence.models.distribution import LetterDistribution
from portal.correspondence.models.document import Document, DocumentStep, Enclosure
from portal.correspondence.models.proposal import Proposal, ProposalStep
from portal.correspondence.models.rollout import RolloutStep
from portal.correspondence.models.urging import Urging

__all__ = [
    "Assignment",
    "AssignmentStep",
    "Document",
    "DocumentStep",
    "Enclosure",
    "LetterDistribution",
    "Nudge",
    "Proposal",
    "ProposalStep",
    "Recurrence",
    "RolloutStep",
    "Urging",
]
