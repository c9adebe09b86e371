#!/bin/sh
# Takes out of the tree what running never reads, half of its bytes: `packages`, then `sources` once nothing is compiled.
set -eu
cd "$(dirname "$0")/.."

trim_packages() {
  find node_modules -name '*.map' -type f -delete
  # Prebuilt addons of other systems.
  arch=$(node -p process.arch)
  find node_modules/zeromq/build -mindepth 1 -maxdepth 1 -type d ! -name linux -exec rm -rf {} +
  find node_modules/zeromq/build/linux -mindepth 1 -maxdepth 1 -type d ! -name "$arch" -exec rm -rf {} +
  # Headers to compile addons against.
  rm -rf node_modules/node-linux-*/include node_modules/node-linux-*/share
  # Languages that neither the lab nor the hub speaks, out of babel's 33 MB.
  find .venv/lib/python3.*/site-packages/babel/locale-data -name '*.dat' ! -name 'root.dat' ! -name 'fr*.dat' ! -name 'en*.dat' -delete
  # The kernel takes the base's Node.js when that is recent enough: 120 MB less.
  if [ -x /usr/local/bin/node ] && /usr/local/bin/node -e 'process.exit(parseInt(process.versions.node) < 24 ? 1 : 0)'; then
    rm -rf node_modules/node-linux-*
  fi
}

trim_sources() {
  # What only making the image takes; the hub's configuration, the server's and the scripts that start them stay.
  rm -rf docker/package.json docker/requirements.lock docker/licences.mjs docker/sbom.sh docker/setup.mjs docker/with-ca.sh
  rm -rf kernel/src lib/*/src
  find kernel lib \( -name '*.tsbuildinfo' -o -path '*/dist/*.test.*' -o -path '*/dist/testing/*' \) -type f -delete
}

"trim_$1"
