"""The version, which Maven writes here from the pom; Python spells a snapshot as a development release."""

POM_VERSION = "${project.version}"

__version__ = POM_VERSION.replace("-SNAPSHOT", ".dev0")
