"""Expectations files: what a company's policy says, claim by claim, loaded strictly."""

from crawler.claims.load import InvalidExpectations, Problem, load
from crawler.claims.model import Attestation, Claim, ClaimKind, Company, Policy, Purpose, Unseen, Waiver

__all__ = [
    "Attestation",
    "Claim",
    "ClaimKind",
    "Company",
    "InvalidExpectations",
    "Policy",
    "Problem",
    "Purpose",
    "Unseen",
    "Waiver",
    "load",
]
