-- One-time secrets that turn the account which names one into an admin. Only their SHA-256 is kept.

create table admin_secret (
    hash blob primary key,
    created_at integer not null
) strict, without rowid;
