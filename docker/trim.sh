#!/bin/sh
# Takes out of the tree what running never reads: `packages`, then `sources` once nothing is compiled.
# tests/image.test.ts uses what is left: tables, drawings, workbooks, the Python kernel, the hub's pages.
set -eu
cd "$(dirname "$0")/.."

trim_packages() {
  # The kernel takes the base's Node.js when that is recent enough: 120 MB less.
  node=/usr/local/bin/node
  if [ -x "$node" ] && "$node" -e 'process.exit(parseInt(process.versions.node) < 24 ? 1 : 0)'; then
    rm -rf node_modules/node-linux-*
  else
    node=$(echo "$PWD"/node_modules/node-linux-*/bin/node)
    # Headers to compile addons against.
    rm -rf node_modules/node-linux-*/include node_modules/node-linux-*/share
    strip --strip-unneeded "$node"
  fi
  trim_node_packages "$node"
  trim_python_packages
}

trim_node_packages() {
  find node_modules -type f \( -name '*.map' -o -name '*.tsbuildinfo' -o -name '*.min.js.html' -o -name 'bower.json' \) -delete
  find node_modules -type f -iname '*.md' ! -iname '*licen*' ! -iname '*notice*' ! -iname '*copying*' -delete
  find node_modules/@duckdb -name 'libduckdb.so' -exec strip --strip-unneeded {} +
  # The one addon that this system and this Node.js load, of the eight that were built beforehand for others.
  "$1" docker/trim-addon.mjs node_modules/zeromq
  # TensorFlow.js comes five times over, for browsers and for bundlers; danfojs loads what `main` names, which holds its own core-js.
  for package in node_modules/@tensorflow/*; do
    main=$package/$("$1" -p 'require(`./${process.argv[1]}/package.json`).main' "$package")
    [ -f "$main" ]
    find "$package" -name '*.js' ! -path "$main" -delete
  done
  rm -rf node_modules/core-js
  # Of TypeScript, the kernel takes the compiler as a library.
  (cd node_modules/@tslab/typescript-for-tslab/lib && rm -f tsc.js tsserver.js tsserverlibrary.* typingsInstaller.js)
  # Builds for browsers.
  rm -rf node_modules/mathjs/lib/browser node_modules/mathjs/examples node_modules/mathjs/docs node_modules/vega/build-es5
  find node_modules/xlsx/dist node_modules/@e965/xlsx/dist -name 'xlsx.*' -delete
  # Weights of a font and scales of a map that no drawing asks for.
  find node_modules/@expo-google-fonts -name '*.ttf' ! -path '*/400Regular/*' ! -path '*/600SemiBold/*' -delete
  find node_modules/world-atlas -name '*-*m.json' ! -name 'countries-10m.json' -delete
}

trim_python_packages() {
  packages=$(echo .venv/lib/python3.*/site-packages)
  find .venv -type f \( -name '*.js.map' -o -name '*.css.map' \) -delete
  find "$packages" -type d \( -name tests -o -name test \) -prune -exec rm -rf {} +
  # JupyterLab's files a second time, for its own developers; what runs is share/jupyter/lab.
  rm -rf "$packages/jupyterlab/static" "$packages/jupyterlab/galata"
  # What completion in Python knows of packages that aren't here.
  find "$packages/jedi/third_party/typeshed/stubs" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  rm -rf "$packages/jedi/third_party/django-stubs"
  # Languages that neither the lab nor the hub speaks, out of babel's 33 MB.
  find "$packages/babel/locale-data" -name '*.dat' ! -name 'root.dat' ! -name 'fr*.dat' ! -name 'en*.dat' -delete
  # The hub's pages take these libraries' built files, and of the icons their font.
  components=.venv/share/jupyterhub/static/components
  for part in js less metadata scss sprites sprites-full svgs svgs-full otfs; do
    rm -rf "$components/@fortawesome/fontawesome-free/$part"
  done
  find "$components/bootstrap" -type f ! -name 'bootstrap.bundle.min.js' ! -name 'LICENSE' -delete
  find "$components/moment" -type f ! -path "$components/moment/moment.js" ! -name 'LICENSE' -delete
}

trim_sources() {
  # What only making the image takes; the hub's configuration, the server's and the scripts that start them stay.
  rm -rf docker/package.json docker/requirements.lock docker/licences.mjs docker/sbom.sh docker/setup.mjs docker/trim-addon.mjs docker/with-ca.sh
  rm -rf kernel/src lib/*/src
  find kernel lib \( -name '*.tsbuildinfo' -o -path '*/dist/*.test.*' -o -path '*/dist/testing/*' \) -type f -delete
}

"trim_$1"
