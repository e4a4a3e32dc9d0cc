"""An S3 endpoint on loopback, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from demo.ports import LOOPBACK

BUCKET = "portal-documents"


@dataclass(frozen=True)
class S3Endpoint:
    """Where it answers, and the bucket in it."""

    url: str
    bucket: str = BUCKET

    def storage(self) -> dict[str, Any]:
        """The setting STORAGES["default"] that keeps files here."""
        options = {
            "bucket_name": self.bucket,
            "endpoint_url": self.url,
            "region_name": "us-east-1",
            "access_key": "test",
            "secret_key": "test",
            "file_overwrite": False,
        }
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


@contextmanager
def s3_server() -> Iterator[S3Endpoint]:
    """Run the endpoint with its bucket for the length of a ``with`` block."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address=LOOPBACK, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = S3Endpoint(f"http://{host}:{port}")
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=endpoint.url, **keys).create_bucket(Bucket=endpoint.bucket)
        yield endpoint
    finally:
        server.stop()
