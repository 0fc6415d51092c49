"""A local server that answers as the public register documents it, and as it fails."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

RESSOURCERIE = {
    "siren": "732829320",
    "nom_complet": "LA RESSOURCERIE DES TROIS RIVES (L3R)",
    "nom_raison_sociale": "LA RESSOURCERIE DES TROIS RIVES",
    "sigle": "L3R",
    "nature_juridique": "9220",
    "activite_principale": "38.32Z",
    "date_creation": "2009-03-17",
    "etat_administratif": "A",
    "statut_diffusion": "O",
    "dirigeants": [
        {"nom": "DUPONT", "prenoms": "ANNE", "qualite": "Présidente", "type_dirigeant": "personne physique"}
    ],
    "siege": {
        "siret": "73282932000074",
        "numero_voie": "12",
        "type_voie": "RUE",
        "libelle_voie": "DU CANAL",
        "code_postal": "62110",
        "libelle_commune": "HENIN-BEAUMONT",
        "commune": "62427",
    },
    "complements": {
        "est_association": True,
        "est_ess": True,
        "est_qualiopi": True,
        "est_siae": False,
        "identifiant_association": "W621000123",
    },
}


class Register:
    """What it answers next: `status` and `body`, or silence until `released`."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 200, {}, answer_of(RESSOURCERIE)
        self.failures = 0
        self.is_silent = self.drips = False
        self.released = threading.Event()
        self.asked: list[dict[str, str]] = []
        self.url = ""


def answer_of(*results: object) -> bytes:
    found = {"results": list(results), "total_results": len(results), "page": 1, "per_page": 8, "total_pages": 1}
    return json.dumps(found).encode()


class _Handler(BaseHTTPRequestHandler):
    state: Register

    def do_GET(self) -> None:
        state, parts = self.state, urlsplit(self.path)
        state.asked.append({"path": parts.path} | {key: value[0] for key, value in parse_qs(parts.query).items()})
        if state.is_silent:
            state.released.wait(30)
        elif state.failures:
            state.failures -= 1
            self.send_error(503)
        else:
            self._answer()

    def _answer(self) -> None:
        self.send_response(self.state.status)
        for name, value in {"Content-Type": "application/json", **self.state.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        while self.state.drips and not self.state.released.wait(0.2):
            self.wfile.write(b" ")
            self.wfile.flush()
        self.wfile.write(self.state.body)

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def register() -> Iterator[Register]:
    state = Register()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
