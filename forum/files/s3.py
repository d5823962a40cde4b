"""Files in an S3-compatible store: `s3://bucket/prefix?endpoint=https://…&region=…`.

Who we are to it comes from where boto3 looks (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, a
profile, the machine's role), never from the address. The bucket stays private: everything is
read through us.
"""

import importlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

from forum.config import BadSetting
from forum.files.kinds import KEY

_PATIENCE = {"connect_timeout": 5, "read_timeout": 20}  # seconds


class S3Store:
    """The verbs of a store, spoken to a bucket."""

    def __init__(self, url: str) -> None:
        parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
        if not parts.netloc:
            raise BadSetting("FORUM_FILES_URL names no bucket: s3://bucket/prefix?endpoint=…")
        try:
            boto3 = importlib.import_module("boto3")  # only who uses it needs it
            config = importlib.import_module("botocore.config").Config
            self._faults: tuple[type[Exception], ...] = (
                importlib.import_module("botocore.exceptions").BotoCoreError,
                importlib.import_module("botocore.exceptions").ClientError,
                importlib.import_module("urllib3.exceptions").HTTPError,
            )
        except ImportError:
            raise BadSetting("FORUM_FILES_URL with s3:// needs the package boto3.") from None
        self._bucket = parts.netloc
        self._prefix = f"{parts.path.strip('/')}/".removeprefix("/")
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=options.get("endpoint", [None])[0],
            region_name=options.get("region", [None])[0],
            config=config(**_PATIENCE, retries={"max_attempts": 2}),
        )

    def put(self, key: str, data: bytes) -> None:
        """Send it; the store keeps it wholly or not at all."""
        self._ask("put_object", Key=self._prefix + key, Body=data)

    def open(self, key: str) -> IO[bytes]:
        """All of it, read at once: a connection that breaks is told before anything is sent on."""
        body = self._ask("get_object", Key=self._prefix + key)["Body"]
        try:
            return BytesIO(body.read())
        except self._faults as fault:
            raise OSError(f"the file store broke off: {type(fault).__name__}") from fault

    def delete(self, key: str) -> None:
        """Remove it."""
        self._ask("delete_object", Key=self._prefix + key)

    def keys(self, before: datetime) -> Iterator[str]:
        """What we put there, a page of names at a time; others may keep theirs in the bucket."""
        more: dict[str, Any] = {}
        while True:
            page = self._ask("list_objects_v2", Prefix=self._prefix, **more)
            for one in page.get("Contents", []):
                name = str(one["Key"]).removeprefix(self._prefix)
                if KEY.fullmatch(name) and one["LastModified"] < before:
                    yield name
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _ask(self, what: str, **named: Any) -> Any:
        try:
            return getattr(self._client, what)(Bucket=self._bucket, **named)
        except self._faults as fault:
            said = getattr(fault, "response", {}).get("Error", {}).get("Code", "")
            if said in {"NoSuchKey", "404"}:
                raise FileNotFoundError(named.get("Key")) from None
            raise OSError(f"the file store does not answer: {said or type(fault).__name__}") from (
                fault
            )
