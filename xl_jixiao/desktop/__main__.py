"""`python -m xl_jixiao.desktop setup|doctor|bundle`: the three commands alone, as the offline folder calls them."""

from xl_jixiao.desktop.commands import bundle, doctor, setup
from xl_jixiao.desktop.console import Commands

main = Commands("xl-jixiao-desktop", commands=[setup, doctor, bundle])

if __name__ == "__main__":
    main()
