"""The store of documents, asked for itself: a bucket or directory that is not there is no healthy one."""

import os
import shutil

import boto3
import pytest
from botocore.exceptions import ClientError

from cpor_portal.probes import storage_answers
from tests.factories import DocumentFactory


def state():
    answer = storage_answers()
    return answer.state, answer.well


class TestBucket:
    @pytest.fixture
    def keep_in(self, s3_endpoint, settings):
        def choose(name):
            options = {**s3_endpoint.storage()["OPTIONS"], "bucket_name": name}
            settings.STORAGES = {**settings.STORAGES, "default": {**s3_endpoint.storage(), "OPTIONS": options}}

        return choose

    def test_one_that_is_there_is_well(self, s3_endpoint):
        assert state() == ("ok", True)

    def test_a_misnamed_one_is_missing(self, keep_in):
        keep_in("portal-documnets")
        assert state() == ("missing", False)

    def test_one_that_was_deleted_is_missing(self, keep_in, s3_endpoint):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        client = boto3.client("s3", endpoint_url=s3_endpoint.url, **keys)
        client.create_bucket(Bucket="soon-gone")
        keep_in("soon-gone")
        assert state() == ("ok", True)
        client.delete_bucket(Bucket="soon-gone")
        assert state() == ("missing", False)

    def test_one_that_keeps_us_out_is_not_taken_for_missing(self, s3_endpoint, monkeypatch):
        from django.core.files.storage import default_storage

        def refuse(**kwargs):
            raise ClientError({"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "HeadBucket")

        monkeypatch.setattr(default_storage.connection.meta.client, "head_bucket", refuse)
        with pytest.raises(ClientError):
            storage_answers()


class TestDirectory:
    @pytest.fixture
    def directory(self, settings, tmp_path):
        place = tmp_path / "data" / "documents"
        backend = "django.core.files.storage.FileSystemStorage"
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": {"location": str(place)}}}
        return place

    def test_one_that_is_there_is_well(self, directory):
        directory.mkdir(parents=True)
        assert state() == ("ok", True)

    @pytest.mark.django_db
    def test_a_fresh_installation_has_none_yet_and_is_well(self, directory):
        assert state() == ("ok", True)
        assert not directory.exists()

    @pytest.mark.django_db
    def test_a_file_in_its_place_is_not_it(self, directory):
        directory.parent.mkdir()
        directory.write_text("not a directory")
        assert state() == ("missing", False)

    @pytest.mark.django_db
    def test_where_none_can_be_made_it_is_not_writable(self, directory):
        directory.parent.write_text("a file where the directory above should be")
        assert state() == ("not writable", False)

    @pytest.mark.django_db(transaction=True)
    def test_one_that_held_documents_and_is_gone_is_missing(self, directory):
        DocumentFactory()
        assert state() == ("ok", True)
        shutil.rmtree(directory)
        assert state() == ("missing", False)

    def test_one_that_takes_no_files_is_not_writable(self, directory, monkeypatch):
        directory.mkdir(parents=True)
        real = os.access
        read_only = (os.fspath(directory), directory)
        monkeypatch.setattr(os, "access", lambda path, mode: path not in read_only and real(path, mode))
        assert state() == ("not writable", False)
