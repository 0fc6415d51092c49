"""The certificate of the demonstration names the machine, and follows it when its address changes."""

import stat

from cryptography import x509

from devtools.certificate import ensure_certificate


def names_in(path) -> list[str]:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in covered]


def test_certificate_names_the_machine_and_its_key_is_closed_to_others(tmp_path):
    certificate, key = ensure_certificate(tmp_path, ["192.0.2.7", "localhost"])
    assert names_in(certificate) == ["192.0.2.7", "localhost"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_certificate_is_kept_while_the_address_stays(tmp_path):
    first = ensure_certificate(tmp_path, ["192.0.2.7"])[0].read_bytes()
    assert ensure_certificate(tmp_path, ["192.0.2.7"])[0].read_bytes() == first


def test_certificate_is_made_again_for_another_address(tmp_path):
    ensure_certificate(tmp_path, ["192.0.2.7"])
    assert names_in(ensure_certificate(tmp_path, ["192.0.2.8"])[0]) == ["192.0.2.8"]
