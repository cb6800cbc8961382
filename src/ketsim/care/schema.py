"""Which tables does the directory keep? One SQLite file; an R*Tree over the points, exact coordinates beside it.

The tree rounds to 32 bits, outwards: it chooses candidates, and distances are computed from the coordinates themselves.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
APPLICATION_ID: Final = 0x6B636172  # "kcar": a file of another program is refused

TABLES: Final = """
CREATE TABLE source (
  key TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, licence TEXT NOT NULL, citation TEXT NOT NULL,
  as_of TEXT NOT NULL, sha256 TEXT NOT NULL, rows_in INTEGER NOT NULL, rows_kept INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL, unknown_codes TEXT NOT NULL, invalid_phones INTEGER NOT NULL
);
CREATE TABLE reject (
  source TEXT NOT NULL REFERENCES source ON DELETE CASCADE, row INTEGER NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE organization (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE location (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, organization INTEGER NOT NULL REFERENCES organization,
  street1 TEXT NOT NULL, street2 TEXT NOT NULL, city TEXT NOT NULL, state TEXT NOT NULL, zip TEXT NOT NULL,
  lat REAL, lon REAL, precision TEXT NOT NULL, flags TEXT NOT NULL
);
CREATE INDEX location_zip ON location (zip);
CREATE INDEX location_organization ON location (organization);
CREATE TABLE service (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL REFERENCES source ON DELETE CASCADE,
  kind TEXT NOT NULL, programme TEXT NOT NULL, status TEXT NOT NULL, assured_on TEXT NOT NULL, expires_on TEXT,
  website TEXT NOT NULL, external_id TEXT NOT NULL, unknown TEXT NOT NULL
);
CREATE INDEX service_source ON service (source);
CREATE TABLE service_at_location (
  service INTEGER PRIMARY KEY REFERENCES service ON DELETE CASCADE, location INTEGER NOT NULL REFERENCES location,
  street1 TEXT NOT NULL, street2 TEXT NOT NULL, city TEXT NOT NULL, state TEXT NOT NULL,
  lat REAL, lon REAL, precision TEXT NOT NULL, flags TEXT NOT NULL
);
CREATE INDEX service_at_location_location ON service_at_location (location);
CREATE TABLE phone (
  n INTEGER PRIMARY KEY, service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
  text TEXT NOT NULL, e164 TEXT, extension TEXT, kind TEXT NOT NULL, valid INTEGER NOT NULL
);
CREATE INDEX phone_service ON phone (service);
CREATE TABLE code (
  n INTEGER PRIMARY KEY, code TEXT NOT NULL, category TEXT NOT NULL, category_name TEXT NOT NULL, name TEXT NOT NULL,
  scheme_version TEXT NOT NULL, UNIQUE (code, scheme_version)
);
CREATE TABLE service_code (
  service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE, code INTEGER NOT NULL REFERENCES code,
  PRIMARY KEY (service, code)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE point USING rtree (n, south, north, west, east, +lat, +lon, +name, +id, +precision);
"""
