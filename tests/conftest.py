"""What all tests share: pytester for the tests of the judge."""

pytest_plugins = ("pytester",)
