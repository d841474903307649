#!/bin/sh
# The SOAP stacks of other languages that clients.test.ts tries: on Debian and Ubuntu, as root.
set -eu
apt-get update
apt-get install -y --no-install-recommends python3-zeep php-cli php-soap
