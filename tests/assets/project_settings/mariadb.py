"""A project on MariaDB, in the database that ``DATABASE_URL`` names, with the driver that needs no compiler."""

from __future__ import annotations

import pymysql

pymysql.version_info = (2, 2, 1, "final", 0)  # what Django asks of mysqlclient, in whose place this driver stands
pymysql.install_as_MySQLdb()

from imagehub.settings import *  # noqa: E402, F403  # a settings module
