#!/bin/sh
# Runs a command with the certificate authority of the build's secret `ca`, where one was given.
set -eu
ca=/run/secrets/ca.crt
if [ -s "$ca" ]; then
  export PIP_CERT="$ca" NODE_EXTRA_CA_CERTS="$ca" npm_config_cafile="$ca"
fi
exec "$@"
