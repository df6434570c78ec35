"""`python -m xl_jixiao.desktop setup|doctor|bundle`: the three commands alone, as the offline folder calls them."""

import click

from xl_jixiao.desktop.commands import bundle, doctor, setup

main = click.Group("xl-jixiao-desktop", commands=[setup, doctor, bundle])

if __name__ == "__main__":
    main()
