"""What the tests run against: xlwings' Windows code on Linux, a fake Excel, and LibreOffice."""
