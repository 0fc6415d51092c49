"""What the machine lacks is said in one French sentence."""

import shutil
import subprocess

from devtools.processes import ROOT


def test_machine_without_python_is_told_which_ones_will_do(tmp_path):
    for name in ("cat", "cksum"):
        (tmp_path / name).symlink_to(shutil.which(name))
    outcome = subprocess.run(
        [shutil.which("sh"), str(ROOT / "devtools" / "install.sh")],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert outcome.returncode == 1
    assert outcome.stderr == (
        "Il faut Python 3.11, 3.12 ou 3.13, et aucun n’a été trouvé : "
        "installez-le (par exemple « apt install python3 python3-venv »).\n"
    )
