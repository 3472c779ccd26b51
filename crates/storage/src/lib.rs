//! SQLite behind the sync engine: tables, batches, pulls, migrations.
