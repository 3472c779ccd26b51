-- One-time secrets that turn the account which names one into an admin. Only their SHA-256 is kept.

create table admin_secret (
    hash bytea primary key,
    created_at bigint not null
);
