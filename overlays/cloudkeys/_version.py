"""The version of the package, apart from the package's face so that the runtime can name it in requests."""

__version__ = "0.1.0"
