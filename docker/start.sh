#!/bin/sh
# Prepares the work folder, then starts JupyterLab. Arguments that begin with - go to JupyterLab; others are a command to
# run in the same environment (`damir data add …`, `bash`), `jupyterhub-singleuser` for the lab that a JupyterHub opens.
set -eu
# Whatever uid a platform picks, its group 0 keeps its rights on what another one wrote.
umask 002

atelier=$(dirname "$(dirname "$(readlink -f "$0")")")
work=${WORKSPACE_DIR:-$HOME/travail}
: "${DAMIR_HOME:=$work/.damir}"
: "${JUPYTER_CONFIG_DIR:=$work/.jupyter/config}"
: "${JUPYTER_DATA_DIR:=$work/.jupyter/data}"
: "${JUPYTERLAB_SETTINGS_DIR:=$work/.jupyter/settings}"
: "${JUPYTERLAB_WORKSPACES_DIR:=$work/.jupyter/workspaces}"
: "${JUPYTER_RUNTIME_DIR:=${TMPDIR:-/tmp}/jupyter-runtime}"
: "${IPYTHONDIR:=$work/.jupyter/ipython}"
: "${GIT_CONFIG_GLOBAL:=$work/.jupyter/gitconfig}"
WORKSPACE_DIR=$work
ATELIER_STARTERS=$atelier/notebooks
JUPYTER_CONFIG_PATH=$atelier/docker/server${JUPYTER_CONFIG_PATH:+:$JUPYTER_CONFIG_PATH}
export DAMIR_HOME JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTERLAB_SETTINGS_DIR JUPYTERLAB_WORKSPACES_DIR \
  JUPYTER_RUNTIME_DIR IPYTHONDIR GIT_CONFIG_GLOBAL WORKSPACE_DIR ATELIER_STARTERS JUPYTER_CONFIG_PATH

stop() {
  printf '\nAtelier DAMIR : %s\n' "$*" >&2
  exit 1
}

check_writable() {
  [ -d "$work" ] || stop "le dossier de travail $work n'existe pas. Montez un volume à cet endroit : -v atelier:$work."
  probe=$work/.atelier-$$
  # A full disk still takes an empty file; cat names the cause, where the shell's echo says "I/O error".
  if error=$(LC_ALL=C sh -c 'echo 1 | cat >"$1"' sh "$probe" 2>&1); then
    rm -f "$probe"
    return
  fi
  rm -f "$probe" 2>/dev/null || true
  case $error in
    *"Read-only file system"*)
      stop "le dossier de travail $work est monté en lecture seule : rien n'y serait enregistré. Remontez le volume en" \
        "écriture (retirez « :ro » de l'option -v, ou « readonly » de --mount), puis relancez." ;;
    *"Permission denied"*)
      stop "le dossier de travail $work n'est pas modifiable par le compte du conteneur (uid $(id -u), groupe" \
        "$(id -g)). Rien n'est perdu : rendez-le à ce compte, puis relancez. Dossier de votre machine :" \
        "sudo chown -R $(id -u):0 LE_DOSSIER. Volume nommé : ajoutez une fois --user 0 --entrypoint chown à votre" \
        "commande, et à sa fin : -R $(id -u):0 $work." ;;
    *"No space left"* | *"quota exceeded"*)
      stop "le disque du dossier de travail $work est plein. Libérez de la place, puis relancez : rien n'est perdu." ;;
    *)
      stop "le dossier de travail $work n'est pas modifiable ($error). Vérifiez le volume, puis relancez." ;;
  esac
}

# Links, so that a newer image brings its sample and its starters to an older volume.
link() {
  target=$1
  name=$2
  if [ -L "$name" ] || [ ! -e "$name" ]; then
    ln -sfn "$target" "$name"
  elif [ "$3" = tell ]; then
    printf 'Atelier DAMIR : %s existe déjà et reste tel quel ; les modèles sont dans %s.\n' "$name" "$target" >&2
  fi
}

prepare_work() {
  mkdir -p "$DAMIR_HOME" "$JUPYTER_CONFIG_DIR" "$JUPYTER_DATA_DIR" "$JUPYTERLAB_SETTINGS_DIR" \
    "$JUPYTERLAB_WORKSPACES_DIR" "$IPYTHONDIR"
  # Name, address and access token that a person gives git to publish: in the work folder, as the home folder doesn't last.
  if [ "$GIT_CONFIG_GLOBAL" = "$work/.jupyter/gitconfig" ] && [ ! -e "$GIT_CONFIG_GLOBAL" ]; then
    printf '[credential]\n\thelper = "store --file=%s"\n' "$work/.jupyter/git-credentials" >"$GIT_CONFIG_GLOBAL"
  fi
  link "$atelier/.damir/sample" "$DAMIR_HOME/sample" quiet
  link "$ATELIER_STARTERS" "$work/modeles" tell
  # What a query spills goes beside the work: a container's /tmp may be memory, and small.
  if [ -z "${TMPDIR:-}" ]; then
    export TMPDIR="$work/.tmp"
    mkdir -p "$TMPDIR"
    # Left by a container that was killed; another one may be at work in the same volume.
    find "$TMPDIR" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
  fi
  # What an event shares: months imported once for all, and the folder of a team.
  [ -z "${DAMIR_SHARED_STORE:-}" ] || link "$DAMIR_SHARED_STORE" "$DAMIR_HOME/store" quiet
  [ -z "${DAMIR_SHARED_FOLDER:-}" ] || link "$DAMIR_SHARED_FOLDER" "$work/equipe" quiet
}

# A secret given by the variable $1, or by the file that $1_FILE names.
secret() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    [ -r "$file" ] || stop "le fichier $1_FILE=$file est illisible."
    value=$(cat "$file")
  fi
  printf %s "$value" | tr -d '[:space:]'
}

# A server without a token is open to whoever reaches its port.
choose_token() {
  for argument in "$@"; do
    case $argument in
      --*.token | --*.token=* | --*.password | --*.password=* | --*.hashed_password* | --*.allow_unauthenticated_access*)
        stop "l'option ${argument%%=*} n'est pas acceptée : le jeton se donne par la variable JUPYTER_TOKEN" \
          "(-e JUPYTER_TOKEN=…), jamais vide, et ne se voit alors pas dans la liste des processus." ;;
    esac
  done
  token=$(secret JUPYTER_TOKEN)
  fingerprint=$(secret JUPYTER_HASHED_PASSWORD)
  unset JUPYTER_TOKEN JUPYTER_TOKEN_FILE JUPYTER_HASHED_PASSWORD JUPYTER_HASHED_PASSWORD_FILE
  page='lab (jeton demandé : celui de JUPYTER_TOKEN)'
  if [ -z "$token" ]; then
    token=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    [ ${#token} -eq 48 ] || stop "le jeton n'a pas pu être tiré au hasard. Donnez-en un : -e JUPYTER_TOKEN=…"
    page="lab?token=$token"
  fi
  if [ -n "$fingerprint" ]; then
    use_password "$fingerprint"
    # The token stays for the health check; nobody else is told.
    page='lab (mot de passe demandé)'
  fi
  export JUPYTER_TOKEN="$token"
}

# In a file, since the list of processes shows arguments.
use_password() {
  case $1 in
    argon2:\$argon2*) ;;
    *)
      stop "JUPYTER_HASHED_PASSWORD n'est pas l'empreinte argon2 d'un mot de passe. Pour en faire une : docker run --rm" \
        "-it IMAGE python -c 'from jupyter_server.auth import passwd; print(passwd())'. Dans un fichier compose, chaque" \
        "\$ s'écrit \$\$." ;;
  esac
  folder=$JUPYTER_RUNTIME_DIR/config
  mkdir -p -m 0700 "$folder"
  printf '{"PasswordIdentityProvider": {"hashed_password": "%s"}}\n' "$1" >"$folder/jupyter_server_config.json"
  JUPYTER_CONFIG_PATH=$folder:$JUPYTER_CONFIG_PATH
}

# What platforms such as Onyxia let their users run first: a file, or an address.
run_init_script() {
  [ -n "${PERSONAL_INIT_SCRIPT:-}" ] || return 0
  script=$PERSONAL_INIT_SCRIPT
  case $script in
    http://* | https://*)
      script=$(mktemp)
      python3 -c 'import shutil, sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=30) as page, open(sys.argv[2], "wb") as file:
    shutil.copyfileobj(page, file)' "$PERSONAL_INIT_SCRIPT" "$script" 2>/dev/null || script= ;;
  esac
  # The lab opens in any case: a person mends a script from inside better than from outside.
  # shellcheck disable=SC2086
  if [ ! -r "$script" ]; then
    printf 'Atelier DAMIR : le script PERSONAL_INIT_SCRIPT (%s) est illisible, il est laissé de côté.\n' \
      "$PERSONAL_INIT_SCRIPT" >&2
  elif ! bash "$script" ${PERSONAL_INIT_ARGS:-}; then
    echo "Atelier DAMIR : le script PERSONAL_INIT_SCRIPT a échoué (messages ci-dessus) ; le labo s'ouvre quand même." >&2
  fi
}

check_port() {
  port=8888
  address=0.0.0.0
  for argument in "$@"; do
    case $argument in
      --port=* | --ServerApp.port=*) port=${argument#*=} ;;
      --ip=* | --ServerApp.ip=*) address=${argument#*=} ;;
    esac
  done
  python3 -c 'import errno, socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(error.errno == errno.EADDRINUSE)
' "$address" "$port" ||
    stop "le port $port est déjà pris. Choisissez-en un autre par --port=8899 après le nom de l'image, ou arrêtez ce qui" \
      "l'occupe."
}

check_writable
prepare_work
# Under the name that PostgreSQL's clients read, so that no address has it.
password=$(secret DAMIR_OWNER_PASSWORD)
[ -z "$password" ] || export PGPASSWORD="$password"
unset DAMIR_OWNER_PASSWORD DAMIR_OWNER_PASSWORD_FILE password
mkdir -p -m 0700 "$JUPYTER_RUNTIME_DIR"
case ${1:--} in
  -*) server=$atelier/.venv/bin/jupyter-lab ;;
  # The hub's token opens this lab: no other does.
  jupyterhub-singleuser)
    server=$1
    shift ;;
  *) exec "$@" ;;
esac
[ "$server" = jupyterhub-singleuser ] || choose_token "$@"
# What the page's own configuration is made of: the home page reads the team there.
if [ -n "${DAMIR_EQUIPE:-}" ]; then
  case $DAMIR_EQUIPE in
    *[!a-z0-9-]*)
      stop "l'équipe DAMIR_EQUIPE=$DAMIR_EQUIPE n'a pas la forme d'un identifiant (lettres sans accent, chiffres," \
        "tirets), comme densite-consommation." ;;
  esac
  set -- "--ServerApp.tornado_settings={\"page_config_data\": {\"atelierTeam\": \"$DAMIR_EQUIPE\"}}" "$@"
fi
# Left by a container that was killed, they would mislead the health check.
rm -f "$JUPYTER_RUNTIME_DIR"/jpserver-*
cd "$work"
run_init_script
[ "$server" != jupyterhub-singleuser ] || exec "$server" "$@"
check_port "$@"

cat <<END

L'Atelier DAMIR s'ouvre dans quelques secondes. Dans votre navigateur :

  http://127.0.0.1:8888/$page

(8888, ou le port de votre machine choisi par -p). Votre travail est dans $work.
Les notebooks de départ s'ouvrent depuis la page d'accueil, en lecture seule : « Forker » en fait une copie à vous.

END
exec "$server" "$@"
