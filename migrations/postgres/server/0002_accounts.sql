-- Who may sign in, and what a sign-in has handed out. None of this is synced: a person's name and
-- roles are a row of the marketplace, their password is nobody's business but this server's.
-- Secrets are kept as SHA-256 only; times are milliseconds since 1970.

create table account (
    id text primary key not null,
    email text not null,
    -- Lower case, so that one address is one account.
    email_folded text not null unique,
    -- Null: this account cannot sign in with a password.
    password_hash text,
    -- What was chosen at registration, until the person's row has it.
    name text not null,
    is_freelancer boolean not null,
    is_client boolean not null,
    -- Null until the person's row exists; sign-in makes up for a registration cut short.
    person_ready_at bigint,
    -- When its owner showed that letters to the address reach them.
    email_verified_at bigint,
    -- Whether it may be used only after that: whoever was let in for the domain of their address.
    must_confirm boolean not null default false,
    -- Which version of the operator's texts its owner agreed to last, as a SHA-256, and when.
    terms_version text not null,
    terms_at bigint not null,
    created_at bigint not null
);

create table browser_session (
    hash bytea primary key not null,
    account text not null references account (id) on delete cascade,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    -- When its person last showed at a provider that it is still them.
    confirmed_at bigint
);

create index browser_session_by_account on browser_session (account);

-- One sign-in of one client, with all the tokens that come of it.
create table token_family (
    id text primary key not null,
    account text not null references account (id) on delete cascade,
    client_id text not null,
    scope text not null default 'marketplace' check (scope in ('marketplace', 'oversight')),
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    revoked_why text,
    -- What the desktop says of its computer, for the person's own list.
    device_name text not null default '',
    device_system text not null default '',
    -- The first and the last time it asked for tokens, and from which network: never the whole address.
    began_network text not null default '',
    seen_at bigint not null default 0,
    seen_network text not null default ''
);

create index token_family_by_account on token_family (account);

create table authorization_code (
    hash bytea primary key not null,
    account text not null references account (id) on delete cascade,
    client_id text not null,
    redirect_uri text not null,
    scope text not null,
    challenge text not null,
    expires_at bigint not null,
    used_at bigint,
    -- What was issued for it, so that a second use can take it back.
    family text references token_family (id) on delete cascade
);

-- A refresh token stands for the pair that it was issued in.
create table refresh_token (
    hash bytea primary key not null,
    family text not null references token_family (id) on delete cascade,
    generation bigint not null,
    expires_at bigint not null,
    -- What it was exchanged for.
    successor bytea,
    -- When it or the access token beside it was first used.
    used_at bigint,
    -- When it was taken back, because the reply that carried it was taken for lost.
    superseded_at bigint,
    reissues bigint not null default 0,
    reissues_since bigint not null default 0
);

create index refresh_token_by_family on refresh_token (family);
-- For throwing away what has ended. New ones end last, so that they are added at its end.
create index refresh_token_by_end on refresh_token (expires_at);

create table access_token (
    hash bytea primary key not null,
    refresh bytea not null references refresh_token (hash) on delete cascade,
    expires_at bigint not null
);

create index access_token_by_refresh on access_token (refresh);

-- A link that was sent to the address of an account: good once, for one purpose, for a while.
create table account_link (
    hash bytea primary key not null,
    account text not null references account (id) on delete cascade,
    purpose text not null check (purpose in ('verify', 'recover', 'keep')),
    expires_at bigint not null,
    used_at bigint
);

create index account_link_by_account on account_link (account);

-- Accounts that are to be deleted, and when.
create table leaving (
    account text primary key not null references account (id) on delete cascade,
    due_at bigint not null
);

-- What an app on a phone and the server share; asked for after the password once it is confirmed.
create table second_factor (
    account text primary key not null references account (id) on delete cascade,
    secret bytea not null,
    confirmed_at bigint,
    -- The last stretch of 30 seconds whose code was used: no code is good twice.
    last_step bigint not null default -1
);

-- Each is good once, and gone then.
create table recovery_code (
    hash bytea primary key not null,
    account text not null references account (id) on delete cascade
);

create index recovery_code_by_account on recovery_code (account);

-- Browsers that have shown the password, or come from a provider, and still have to show the second factor.
create table half_sign_in (
    browser bytea primary key not null,
    account text not null references account (id) on delete cascade,
    -- What was shown before, for the log.
    means text not null,
    expires_at bigint not null
);

create index half_sign_in_by_account on half_sign_in (account);

-- Tokens that people made for their own programs: each reads what its scopes name, and nothing of sign-in.
create table personal_token (
    hash bytea primary key not null,
    id text not null unique,
    account text not null references account (id) on delete cascade,
    -- What its owner calls it.
    name text not null,
    -- Names with spaces between.
    scopes text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

create index personal_token_by_account on personal_token (account);

-- Who an account's owner is at a provider: the provider's issuer and its own name for them, never an address.
create table account_identity (
    id text primary key not null,
    issuer text not null,
    subject text not null,
    account text not null references account (id) on delete cascade,
    linked_at bigint not null,
    unique (issuer, subject)
);

create index account_identity_by_account on account_identity (account);

-- Browsers that were sent to a provider. Each comes back once; what it must bring follows from its cookie, which is not here.
create table provider_trip (
    state bytea primary key not null,
    browser bytea not null,
    provider text not null,
    purpose text not null check (purpose in ('sign_in', 'link', 'confirm')),
    -- Who went, unless it was to sign in.
    account text references account (id) on delete cascade,
    -- What waits for the sign-in.
    request text not null,
    begun_at bigint not null,
    expires_at bigint not null
);

create index provider_trip_by_account on provider_trip (account);

-- Browsers whose person a provider knows and this server does not: until they make an account.
create table newcomer (
    browser bytea primary key not null,
    provider text not null,
    issuer text not null,
    subject text not null,
    -- What the provider says of them, to fill in the form; empty where it says nothing.
    name text not null,
    email text not null,
    email_verified boolean not null,
    expires_at bigint not null
);

-- Keys that people's devices keep, and sign them in with. Here is the public half only, with a counter.
create table passkey (
    id text primary key not null,
    account text not null references account (id) on delete cascade,
    name text not null,
    -- By which name the device knows it.
    credential bytea not null unique,
    key text not null,
    created_at bigint not null,
    used_at bigint
);

create index passkey_by_account on passkey (account);

-- What a browser was asked to prove with a passkey. Each is answered once.
create table passkey_ceremony (
    browser bytea not null,
    kind text not null check (kind in ('add', 'sign_in')),
    -- Null: whose passkey it is turns out by the answer.
    account text references account (id) on delete cascade,
    state text not null,
    expires_at bigint not null,
    primary key (browser, kind)
);

-- How often something was tried. In the database, so that a restart forgives nothing.
create table limit_bucket (
    key text primary key not null,
    failures bigint not null default 0,
    -- For a rate: when the bucket is full again. For a lock: until when it holds.
    until bigint not null
);
