"""Password hashing sized for the machine it runs on."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SizedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id at OWASP's floor (19 MiB, 2 passes, 1 lane): Django's 100 MiB × 8 lanes lets a few
    parallel sign-ins exhaust a two-core server."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
