"""Storage that speaks S3, by its address: `s3://bucket/prefix?endpoint=https://…&region=…`."""

from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig


def bucket_at(url: str, *, access_key: str, secret_key: str, timeouts: "ClientConfig", **options: Any) -> S3Store:
    """Under the prefix of the address. ValueError when it names no bucket."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError(f"{url} is not s3://bucket/prefix")
    said = dict(parse_qsl(parts.query))
    endpoint = said.get("endpoint", "")
    client: ClientConfig = {**timeouts, "allow_http": _is_here(urlsplit(endpoint))}
    if endpoint:
        options["endpoint"] = endpoint
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        region=said.get("region", "auto" if endpoint else "us-east-1"),
        access_key_id=access_key,
        secret_access_key=secret_key,
        virtual_hosted_style_request=False,
        client_options=client,
        **options,
    )


def _is_here(endpoint: SplitResult) -> bool:
    """No clear line but on loopback."""
    return (endpoint.hostname or "") in {"127.0.0.1", "localhost", "::1"}
