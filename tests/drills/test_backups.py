"""A backup is made, everything is lost, it comes back; a bad one touches nothing. The project's own commands, in
processes of their own, through a real S3 server."""

import io
import json
import os
import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import models
from psycopg import sql

from efc_platform.backstage.models import StoredFile
from efc_platform.backups.archive import Manifest, Writer
from efc_platform.backups.keys import identities, new_key, opened, sealed
from efc_platform.backups.scrubbing import dropped_models, replacement
from efc_platform.backups.streams import written_by
from efc_platform.shared.classification import classified_models
from efc_platform.shared.database_roles import append_only_models
from tests.drills.saved_sites import PRIVATE, PUBLIC, Site, at
from tests.s3_server import ACCESS_KEY, SECRET_KEY, s3_server

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
ERASING = "j-efface-tout-ce-qui-est-dans-la-base"


@pytest.mark.fault("D22", "tout perdu, restauré d’une sauvegarde (lignes et fichiers)")
def test_everything_lost_comes_back_from_a_bucket(source, target, key, tmp_path, toll):
    with s3_server(tmp_path / "s3") as url:
        source, target = replace(source, backup_url=url), replace(target, backup_url=url)
        name = source.done("backup").split(" : ")[0]
        assert "aucune sauvegarde vérifiée" in source.refused("backups")
        source.done("verify_backup", name, "--identity", key)
        assert "vérifiée le" in source.done("backups")
        before, files = source.rows(), source.files()
        assert len(before) > 100
        assert len(files) >= 5
        with toll.until_well(within=15 * 60):
            said = target.done("restore_backup", name, "--identity", key, "--yes")
        assert "Ensuite : relancez les trois processus" in said
    check_application_has_its_rights_and_no_more(target)
    accepted, found = everything(before, files), everything(target.rows(), target.files())
    lost, doubled = accepted - found, found - accepted
    toll.settle(accepted=accepted.total(), lost=lost.total(), doubled=doubled.total())


def test_files_move_into_a_bucket_and_back_onto_a_disk(source, target, key, archive, tmp_path):
    """What several machines share is restored, saved and tried out as the folder of one is."""
    with s3_server(tmp_path / "s3") as url:
        shared = {
            "FILES_URL": url.replace("/sauvegardes", "/fichiers"),
            "FILES_ACCESS_KEY": ACCESS_KEY,
            "FILES_SECRET_KEY": SECRET_KEY,
        }
        target.done("restore_backup", str(archive), "--identity", key, "--yes", **shared)
        assert target.files() == {}
        moved = contents(tmp_path / "s3" / "served" / "seau" / "fichiers")
        owner = moved.pop("owner")
        assert moved == {name.removeprefix("files/"): content for name, content in source.files().items()}
        name = target.done("backup", **shared).split(" : ")[0]
        target.done("verify_backup", name, "--identity", key, **shared)
        assert contents(tmp_path / "s3" / "served" / "seau" / "fichiers") == moved | {"owner": owner}
    target.done("restore_backup", name, "--identity", key, "--yes", "--replace", ERASING)
    assert target.files() == source.files()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("**/*") if path.is_file()}


def everything(rows: dict[str, list[str]], files: dict[str, bytes]) -> Counter[tuple[str, str | bytes]]:
    of_tables = Counter((table, row) for table, found in rows.items() for row in found)
    return of_tables + Counter(files.items())


def check_application_has_its_rights_and_no_more(site: Site) -> None:
    with psycopg.connect(at(os.environ["DATABASE_URL"], site.database), autocommit=True) as application:
        application.execute("UPDATE structures_structure SET version = version")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("DELETE FROM accounts_accessevent")


def check_nothing_was_touched(site: Site) -> None:
    assert site.rows() == {}
    assert site.files() == {}
    assert not list((site.var_dir / "files").glob(".restoring-*"))


def test_wrong_key_and_damaged_archives_touch_nothing(target, key, archive, tmp_path):
    (tmp_path / "autre.txt").write_text(new_key()[0])
    restoring = ["restore_backup", str(archive), "--yes", "--identity"]
    assert "n’ouvre pas cette sauvegarde" in target.refused(*restoring, str(tmp_path / "autre.txt"))
    whole = archive.read_bytes()
    for part in (0.0001, 0.4, 0.8, 0.9999):
        archive.write_bytes(whole[: int(len(whole) * part)])
        assert "sauvegarde" in target.refused(*restoring, key), part
    for part in (0.3, 0.95):
        flipped = bytearray(whole)
        flipped[int(len(whole) * part)] ^= 1
        archive.write_bytes(flipped)
        assert "abîmée" in target.refused(*restoring, key), part
    check_nothing_was_touched(target)


def members(archive: Path) -> dict[str, bytes]:
    clear = b"".join(opened([archive.read_bytes()], identities(PRIVATE)))
    with tarfile.open(fileobj=io.BytesIO(clear)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def base_of(content: dict[str, bytes]) -> bytes:
    return b"".join(part for name, part in content.items() if name.startswith("base/"))


def changed(archive: Path, into: Path, *, manifest_says: dict | None = None, dump: bytes | None = None) -> Path:
    """The same archive, sealed anew by somebody who had the public key, true to its manifest but for these."""
    content = members(archive)
    said = {**json.loads(content["manifest.json"]), **(manifest_says or {})}

    def write(out) -> None:
        writer, manifest = Writer(out), Manifest(**said)
        manifest.dump = writer.dump(io.BytesIO(base_of(content) if dump is None else dump))
        for name in manifest.files:
            writer.file(name, io.BytesIO(content[f"files/{name}"]), len(content[f"files/{name}"]))
        writer.manifest(manifest)

    into.write_bytes(b"".join(sealed(written_by(write), [PUBLIC])))
    return into


def test_archive_of_a_newer_application_and_a_database_that_is_not_empty_are_refused(
    source, target, key, archive, tmp_path
):
    newer = changed(archive, tmp_path / "newer.age", manifest_says={"migrations": ["accounts.9999_later"]})
    said = target.refused("restore_backup", str(newer), "--identity", key, "--yes")
    assert "version plus récente" in said
    assert "accounts.9999_later" in said
    check_nothing_was_touched(target)
    before = source.rows()
    assert "n’est pas vide" in source.refused("restore_backup", str(archive), "--identity", key, "--yes")
    assert "écrivez --replace" in source.refused("restore_backup", str(archive), "--identity", key, "--replace", "oui")
    # The test is connected to it, as a process of the platform would be.
    erasing = ["--identity", key, "--yes", "--replace", ERASING]
    assert "La plateforme est en marche" in source.refused("restore_backup", str(archive), *erasing)
    assert source.rows() == before


def test_database_that_fails_in_the_middle_is_left_as_it_was(source, target, key, archive, tmp_path):
    base = base_of(members(archive))
    assert len(base) > 100_000
    half = changed(archive, tmp_path / "half.age", dump=base[: len(base) * 3 // 4])
    said = target.refused("restore_backup", str(half), "--identity", key, "--yes")
    assert "restée comme elle était" in said
    check_nothing_was_touched(target)
    target.done("restore_backup", str(archive), "--identity", key, "--yes")
    before, files = target.rows(), target.files()
    target.refused("restore_backup", str(half), "--identity", key, "--yes", "--replace", ERASING)
    assert (target.rows(), target.files()) == (before, files)
    with psycopg.connect(target.owner_url, autocommit=True) as own:
        own.execute("CREATE TABLE written_since (word text)")
    target.done("restore_backup", str(archive), "--identity", key, "--yes", "--replace", ERASING)
    assert (target.rows(), target.files()) == (before, files)


def test_file_that_is_lost_or_damaged_is_said_and_the_rest_is_saved(source, target, key, tmp_path):
    lost, damaged = StoredFile.objects.order_by("-pk")[:2]
    lost.path.unlink()
    damaged.path.write_bytes(b"autre chose")
    said = source.refused("backup")
    assert "mais 1 fichier manquait déjà sur le disque et 1 fichier n’est plus ce qu’il était" in said
    assert lost.public_id.hex in said
    [archive] = (tmp_path / "sauvegardes").glob("*.age")
    assert "manquait déjà sur le serveur" in source.refused("verify_backup", str(archive), "--identity", key)
    assert "aucune sauvegarde vérifiée" in source.refused("backups")
    target.done("restore_backup", str(archive), "--identity", key, "--yes")
    assert target.files() == source.files()


def test_verification_tells_which_key_is_missing(source, key, archive):
    elsewhere = "autre:" + "Y2hlY2stb25seS1qb3VybmFsLWtleS0zMi1ieXRlcyE="  # pragma: allowlist secret
    said = source.refused("verify_backup", str(archive), "--identity", key, JOURNAL_KEYS=elsewhere)
    assert "la clé local n’est pas dans JOURNAL_KEYS" in said


def test_dry_run_tells_which_key_is_missing_and_what_it_closes(target, key, archive):
    elsewhere = "autre:" + "Y2hlY2stb25seS1qb3VybmFsLWtleS0zMi1ieXRlcyE="  # pragma: allowlist secret
    said = target.done("restore_backup", str(archive), "--identity", key, JOURNAL_KEYS=elsewhere)
    assert "Il manque à JOURNAL_KEYS la clé local (" in said
    assert "personne n’entre avec un second facteur" in said
    check_nothing_was_touched(target)
    assert "Il manque" not in target.done("restore_backup", str(archive), "--identity", key)


CANARY = "canari"


def plant_canaries(site: Site) -> set[str]:
    """In every classified text of the database that holds something, and through the triggers in its history."""
    planted = set()
    with psycopg.connect(site.owner_url, autocommit=True) as own:
        for model in set(classified_models()) - set(append_only_models()):
            said = model.classification
            for field in model._meta.local_concrete_fields:
                if field.name not in said.personal | said.confidential or replacement(field) is None:
                    continue
                if isinstance(field, models.BinaryField) or field.name == "gender":
                    continue
                names = {
                    "table": sql.Identifier(model._meta.db_table),
                    "column": sql.Identifier(field.column),
                    "key": sql.Identifier(model._meta.pk.column),
                }
                if plant(
                    own, sql.SQL(PLANTING[kind_of(field)]).format(**names), names["table"], field.max_length or 200
                ):
                    planted.add(f"{model.__name__}.{field.name}")
    return planted


def plant(own: psycopg.Connection, words: sql.Composed, table: sql.Identifier, longest: int) -> int:
    """How many rows took it; what a trigger keeps from ever changing is changed without it."""
    try:
        return own.execute(words, [longest]).rowcount
    except psycopg.errors.RaiseException:
        own.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        changed = own.execute(words, [longest]).rowcount
        own.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
        return changed


def kind_of(field) -> str:
    if isinstance(field, models.JSONField):
        return "json"
    return "address" if field.name == "url" or isinstance(field, models.URLField) else "text"


# The identifier begins it where it must be unique; an empty one may have to stay empty.
PLANTING = {
    "json": "UPDATE {table} SET {column} = jsonb_build_object('x', 'canari') "
    "WHERE jsonb_typeof({column}) = 'object' AND %s > 0",
    "address": "UPDATE {table} SET {column} = '/canari' WHERE {column} <> '' AND %s > 0",
    "text": "UPDATE {table} SET {column} = left('canari' || {key}::text, %s) WHERE {column} <> ''",
}


def test_copy_for_trials_holds_no_canary_and_still_works(source, target, key, tmp_path):
    planted = plant_canaries(source)
    assert len(planted) > 60
    assert any(CANARY in row for row in source.rows()["trajectories_interventionevent"])
    source.done("scrubbed_copy", "--to", str(tmp_path / "essais"), "--password", "une phrase de passe pour essayer")
    [copy] = (tmp_path / "essais").glob("copie-d-essai-*.age")
    target.done("restore_backup", str(copy), "--identity", key, "--yes")
    rows = target.rows()
    assert {table for table, found in rows.items() if any(CANARY in row for row in found)} == set()
    assert {name: len(rows[name]) for name in ("trajectories_intervention", "accounts_person")} == {
        name: len(source.rows()[name]) for name in ("trajectories_intervention", "accounts_person")
    }
    assert [rows[one._meta.db_table] for one in dropped_models() if rows.get(one._meta.db_table)] == []
    assert target.files() == {}
    # The rows still stand together: the application makes a page and a report of them.
    assert "quelqu’un est entré" in source.done("verify_backup", str(copy), "--identity", key)
