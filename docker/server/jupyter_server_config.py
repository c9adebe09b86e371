"""What the container's server adds to JupyterLab's defaults; start.sh names this folder to it."""

import os

from jupyter_core.paths import is_hidden
from jupyter_server.base.handlers import AuthenticatedFileHandler
from tornado.web import HTTPError, StaticFileHandler

c = get_config()  # noqa: F821

work = os.environ["WORKSPACE_DIR"]


class LinkedFileHandler(AuthenticatedFileHandler):
    """Gives the files of the work folder, and those that its links lead to: the starters' pictures, the team's files.

    JupyterLab's own refuses whatever a link leads to out of its folder.
    """

    def validate_absolute_path(self, root, absolute_path):
        """The file's real path; a hidden one isn't there."""
        if is_hidden(os.path.abspath(absolute_path), os.path.abspath(root)):
            raise HTTPError(404)
        return StaticFileHandler.validate_absolute_path(self, root, absolute_path)


c.Application.log_level = "WARN"
c.ServerApp.open_browser = False
c.MultiKernelManager.default_kernel_name = "typescript"
c.ContentsManager.files_handler_class = LinkedFileHandler
c.ContentsManager.files_handler_params = {
    "path": work,
    # Where start.sh puts links to, and nowhere else: a link to /etc gives nothing.
    "allowed_symlink_directory": [work, os.environ["ATELIER_STARTERS"], os.environ.get("DAMIR_SHARED_FOLDER") or work],
}
# A hub says itself where its labs listen.
if "JUPYTERHUB_SERVICE_URL" not in os.environ:
    c.ServerApp.ip = "0.0.0.0"
    c.ServerApp.port = 8888
    c.ServerApp.port_retries = 0
