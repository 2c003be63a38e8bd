"""Expectations files: what a company's policy says, claim by claim, loaded strictly."""

from crawler.claims.model import Attestation, Claim, ClaimKind, Company, Policy, Purpose, Unseen, Waiver

__all__ = ["Attestation", "Claim", "ClaimKind", "Company", "Policy", "Purpose", "Unseen", "Waiver"]
