"""The subcommands of ``emofold``, one module each: ``add`` says what it takes, ``run`` does it."""
