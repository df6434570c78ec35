"""python -m xl_jixiao."""

from xl_jixiao.cli import main

main()
