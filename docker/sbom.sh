#!/bin/sh
# Writes what the image is made of: an SBOM of each package manager in CycloneDX's format, and a list of licences.
set -eu
cd "$(dirname "$0")/.."
mkdir -p sbom
npm sbom --omit=dev --sbom-format=cyclonedx >sbom/node.cdx.json
cyclonedx-py environment --output-reproducible --output-format JSON --output-file sbom/python.cdx.json .venv/bin/python
node docker/licences.mjs sbom/node.cdx.json sbom/python.cdx.json >LICENCES.txt
