"""Runs a notebook in a fresh kernel, in order, and writes it with its outputs.

Usage: run_notebook.py NOTEBOOK FOLDER OUTPUT SECONDS. The cells run in FOLDER; OUTPUT takes {"notebook", "failure"}. Each cell that
begins is a line N/TOTAL on the standard output.
"""

import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def main(source: str, folder: str, output: str, seconds: str) -> None:
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    running = {"cell": 0}

    def remember(cell, cell_index):
        running["cell"] = cell_index + 1
        print(f"{cell_index + 1}/{len(notebook.cells)}", flush=True)

    client = NotebookClient(
        notebook,
        timeout=int(seconds),
        resources={"metadata": {"path": folder}},
        # The same notebook gives the same file, whenever it runs.
        record_timing=False,
        on_cell_start=remember,
    )
    failure = None
    try:
        client.execute()
    except CellExecutionError as error:
        failure = {"kind": "error", "cell": running["cell"], "name": error.ename, "message": error.evalue}
    except CellTimeoutError:
        failure = {"kind": "timeout", "cell": running["cell"], "name": "", "message": ""}
    except DeadKernelError:
        failure = {"kind": "dead", "cell": running["cell"], "name": "", "message": ""}
    Path(output).write_text(json.dumps({"notebook": notebook, "failure": failure}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
