"""What is in an SQLite target."""
import contextlib
import hashlib
import sqlite3


class Store:
    def __init__(self, path):
        self.path = path
        self.target = f"sqlite:{path}"

    def rows(self, query, *parameters):
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            return database.execute(query, parameters).fetchall()

    def total(self):
        return self.rows("select count(*) from resource")[0][0]

    def by_type(self):
        return dict(self.rows("select type, count(*) from resource group by type"))

    def texts(self, type_name):
        """id -> the stored JSON as bytes."""
        query = "select id, cast(json as blob) from resource where type = ?"
        return dict(self.rows(query, type_name))

    def digest(self):
        """Of every row and where it stands: the same only if no row was written again elsewhere."""
        hashed = hashlib.sha256()
        query = ("select rowid, type, id, version_id, last_updated, patient, cast(json as blob) "
                 "from resource order by rowid")
        for row in self.rows(query):
            hashed.update(repr(row).encode())
        return hashed.hexdigest()

    def content_digest(self):
        """Of every row, wherever it stands."""
        hashed = hashlib.sha256()
        query = ("select type, id, version_id, last_updated, patient, cast(json as blob) "
                 "from resource order by type, id")
        for row in self.rows(query):
            hashed.update(repr(row).encode())
        return hashed.hexdigest()
