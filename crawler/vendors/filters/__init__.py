"""Filter lists: EasyPrivacy, and the user's own, asked whether a request is tracking."""
