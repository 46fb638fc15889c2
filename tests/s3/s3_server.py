#!/usr/bin/env python3
"""An S3 server of a test's own: moto, which keeps objects in memory, and before it a proxy that makes faults (faulty_proxy.py).
Prints one line of JSON: where both listen, and credentials. Then does what each line of standard input says, and answers "ok":
  faults SEED PERCENT KIND[,KIND...]   the proxy's, from now on; PERCENT 0: none
Ends with its input.

Unlike moto alone it refuses what S3 refuses: signatures that botocore does not arrive at too, users without rights, and bodies that are
not those of their checksums.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading

import faulty_proxy

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
# Nobody's own settings.
for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_DEFAULT_REGION"]:
    del os.environ[name]
os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = "10"  # so that lists have several pages

import boto3  # noqa: E402
import moto.settings  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

BUCKET, EXPIRED = "checkpoints", "expired"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


def refusal(start, status, code):
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>said by the test's own server</Message></Error>".encode()
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


class Strict:
    """What S3 checks and moto does not: a body against its checksums, and the age of a token."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        digest = hashlib.sha256(body)
        signed, kept = environ.get("HTTP_X_AMZ_CONTENT_SHA256"), environ.get("HTTP_X_AMZ_CHECKSUM_SHA256")
        if signed and signed not in ("UNSIGNED-PAYLOAD", digest.hexdigest()):
            return refusal(start, "400 Bad Request", "XAmzContentSHA256Mismatch")
        if kept and kept != base64.b64encode(digest.digest()).decode():
            return refusal(start, "400 Bad Request", "BadDigest")
        if environ.get("HTTP_X_AMZ_SECURITY_TOKEN") == EXPIRED:
            return refusal(start, "400 Bad Request", "ExpiredToken")
        return self.app(environ, start)


def serve(app, scheme, certificate=None):
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet, ssl_context=certificate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{scheme}://127.0.0.1:{server.server_port}"


def certificate(folder):
    """Signed by nobody but itself."""
    files = f"{folder}/certificate.pem", f"{folder}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0], "-keyout", files[1]],
                   check=True, stderr=subprocess.DEVNULL)
    return files


def people(url):
    """Keys of a user who may do everything with S3, of one who may do nothing, and of a role for a while."""

    def client(service):
        return boto3.client(service, endpoint_url=url, aws_access_key_id="root", aws_secret_access_key="root")

    iam, keys = client("iam"), {}
    for name in ("allowed", "denied"):
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        keys[name] = [key["AccessKeyId"], key["SecretAccessKey"], ""]
    iam.put_user_policy(UserName="allowed", PolicyName="s3", PolicyDocument=EVERYTHING)
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=EVERYTHING)["Role"]["Arn"]
    iam.put_role_policy(RoleName="worker", PolicyName="s3", PolicyDocument=EVERYTHING)
    key = client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    keys["temporary"] = [key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"]]
    client("s3").create_bucket(Bucket=BUCKET)
    return keys


def main(folder):
    app = Strict(DomainDispatcherApplication(create_backend_app))
    url, files = serve(app, "http"), certificate(folder)
    secure = {"url": serve(app, "https", files), "certificate": files[0]}
    keys = people(url)
    moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0  # from now on, signatures count
    proxy = faulty_proxy.serve(url)
    print(json.dumps({"url": url, "secure": secure, "proxy": proxy.url, "bucket": BUCKET, "keys": keys}), flush=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word != "faults":
            sys.exit(f"no command {word!r}")
        proxy.plan(int(rest[0]), int(rest[1]), rest[2].split(",") if len(rest) > 2 else [])
        print("ok", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(scratch)
