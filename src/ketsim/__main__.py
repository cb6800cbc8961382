"""``python -m ketsim`` is the command ``ketsim``."""

from ketsim.cli import main

if __name__ == "__main__":
    main()
