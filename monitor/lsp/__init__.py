"""A language server for rule files: what an editor shows while they are written.

``outline``, ``completion``, ``hover``, ``fixes`` and ``meanings`` are pure; ``session`` knows the
files on disk and the open ones, ``archive`` asks the database, ``server`` speaks the protocol and
alone needs pygls, which comes with the extra ``lsp``.
"""
