"""Asks the site of this container whether it lives; the exit code is the answer."""

import os
import sys
from urllib.request import Request, urlopen

# By a name it answers to, else the question itself would be refused.
host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
with urlopen(Request("http://127.0.0.1:8000/healthz", headers={"Host": host}), timeout=4) as answer:
    sys.exit(answer.status != 200)
