"""Backups that can be restored: made, kept, verified, put back, and scrubbed for trials (docs/adr/0038)."""


class BackupRefused(Exception):
    """Why a backup cannot be made or put back: a French sentence for the person who runs the server."""


class BackupUnderway(BackupRefused):
    """Another process is making one: there will be an archive, not two."""
