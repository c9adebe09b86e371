#!/bin/sh
# Takes out of the installed tree what running never reads: half of its bytes.
set -eu
cd "$(dirname "$0")/.."
arch=$(node -p process.arch)

find node_modules -name '*.map' -type f -delete
# Prebuilt addons of other systems.
find node_modules/zeromq/build -mindepth 1 -maxdepth 1 -type d ! -name linux -exec rm -rf {} +
find node_modules/zeromq/build/linux -mindepth 1 -maxdepth 1 -type d ! -name "$arch" -exec rm -rf {} +
# Headers to compile addons against.
rm -rf node_modules/node-linux-*/include node_modules/node-linux-*/share
# The kernel takes the base's Node.js when that is recent enough, and 120 MB are saved.
if [ -x /usr/local/bin/node ] && [ "$(/usr/local/bin/node -p 'parseInt(process.versions.node) >= 24')" = true ]; then
  rm -rf node_modules/node-linux-*
fi

find kernel lib -depth -path '*/src' -type d -exec rm -rf {} +
find kernel lib \( -name '*.tsbuildinfo' -o -path '*/dist/*.test.*' -o -path '*/dist/testing/*' \) -type f -delete
