#!/bin/sh
# Prepares the work folder, then starts JupyterLab. Arguments that begin with - go to JupyterLab; others are a command to
# run in the same environment (`damir data add …`, `bash`).
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
export DAMIR_HOME JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTERLAB_SETTINGS_DIR JUPYTERLAB_WORKSPACES_DIR \
  JUPYTER_RUNTIME_DIR IPYTHONDIR

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
  link "$atelier/.damir/sample" "$DAMIR_HOME/sample" quiet
  link "$atelier/notebooks" "$work/modeles" tell
}

# A server without a token is open to whoever reaches its port.
choose_token() {
  for argument in "$@"; do
    case $argument in
      --*.token | --*.token=* | --*.password | --*.password=* | --*.allow_unauthenticated_access*)
        stop "l'option ${argument%%=*} n'est pas acceptée : le jeton se donne par la variable JUPYTER_TOKEN" \
          "(-e JUPYTER_TOKEN=…), jamais vide, et ne se voit alors pas dans la liste des processus." ;;
    esac
  done
  if [ -z "${JUPYTER_TOKEN:-}" ] && [ -n "${JUPYTER_TOKEN_FILE:-}" ]; then
    [ -r "$JUPYTER_TOKEN_FILE" ] || stop "le fichier du jeton (JUPYTER_TOKEN_FILE=$JUPYTER_TOKEN_FILE) est illisible."
    JUPYTER_TOKEN=$(cat "$JUPYTER_TOKEN_FILE")
  fi
  unset JUPYTER_TOKEN_FILE
  JUPYTER_TOKEN=$(printf %s "${JUPYTER_TOKEN:-}" | tr -d '[:space:]')
  page='lab (jeton demandé : celui de JUPYTER_TOKEN)'
  if [ -z "$JUPYTER_TOKEN" ]; then
    JUPYTER_TOKEN=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    [ ${#JUPYTER_TOKEN} -eq 48 ] || stop "le jeton n'a pas pu être tiré au hasard. Donnez-en un : -e JUPYTER_TOKEN=…"
    page=lab?token=$JUPYTER_TOKEN
  fi
  export JUPYTER_TOKEN
}

check_writable
prepare_work
case ${1:--} in
  -*) ;;
  *) exec "$@" ;;
esac
choose_token "$@"
# What the page's own configuration is made of: the home page reads the team there.
if [ -n "${DAMIR_EQUIPE:-}" ]; then
  case $DAMIR_EQUIPE in
    *[!a-z0-9-]*)
      stop "l'équipe DAMIR_EQUIPE=$DAMIR_EQUIPE n'a pas la forme d'un identifiant (lettres sans accent, chiffres," \
        "tirets), comme densite-consommation." ;;
  esac
  set -- "--ServerApp.tornado_settings={\"page_config_data\": {\"atelierTeam\": \"$DAMIR_EQUIPE\"}}" "$@"
fi
mkdir -p -m 0700 "$JUPYTER_RUNTIME_DIR"
# Left by a container that was killed, they would mislead the health check.
rm -f "$JUPYTER_RUNTIME_DIR"/jpserver-*

cat <<END

L'Atelier DAMIR s'ouvre dans quelques secondes. Dans votre navigateur :

  http://127.0.0.1:8888/$page

(8888, ou le port de votre machine choisi par -p). Votre travail est dans $work.
Les notebooks de départ s'ouvrent depuis la page d'accueil, en lecture seule : « Forker » en fait une copie à vous.

END
cd "$work"
exec "$atelier/.venv/bin/jupyter-lab" "$@"
