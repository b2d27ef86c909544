"""Folders for what is being made, which vanish with the work, in whatever way that ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from emofold.runtime.ending import postponed_end, undone_at_an_end
from emofold.runtime.locks import hold_folder, is_abandoned


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder that is gone after the block, and remove those of processes that were killed.

    Parameters
    ----------
    parent
        The folder that it is made in.
    prefix
        What its name, and those of earlier ones there, begins with.
    """
    for folder in parent.glob(f"{prefix}*"):
        if is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as stack:
        with postponed_end():
            folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
            remove = partial(shutil.rmtree, folder, ignore_errors=True)
            stack.callback(remove)
            stack.enter_context(undone_at_an_end(remove))
            stack.enter_context(hold_folder(folder))
        yield folder
