"""The settings of the system, with the two views that casting is measured against."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
