"""What costs a test process time and shows nothing: done once, or left out."""

from __future__ import annotations

import gc

from whitenoise.middleware import WhiteNoiseMiddleware


def find_static_files_once() -> None:
    """Each test client and live server sets up the middleware, which walks all folders of static files: 25 ms each."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def from_the_first_look(middleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = from_the_first_look


def keep_what_is_loaded() -> None:
    """Leave modules and collected tests, a million objects, out of every search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
