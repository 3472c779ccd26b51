-- The marketplace and the sync engine, as in the file for SQLite. A synced row is a document: its body is what devices receive, byte
-- for byte, and so it is text; `jsonb` would put its fields in another order. What is queried or must hold is a generated column
-- with its constraint.

-- Locked by whoever writes a batch, so that several processes write one after another.
create table sync_head (
    only_one integer primary key check (only_one = 1),
    version bigint not null
);

-- The parts of this history, oldest first: each restoring from a copy opens one. It begins after the version `began`,
-- where the copy ended that was made at `copied`.
create table sync_epoch (
    number integer primary key,
    id uuid not null unique,
    began bigint not null,
    copied bigint
);

-- When the last copy was begun; in a copy, when that was.
create table sync_copy (
    only_one integer primary key check (only_one = 1),
    at bigint not null
);

create table person (
    id uuid primary key,
    version bigint not null,
    body text not null,
    check (body::jsonb #>> '{status,kind}' in ('active', 'suspended'))
);

create table profile (
    id uuid primary key,
    version bigint not null,
    body text not null check (body::jsonb is not null),
    foreign key (id) references person (id) deferrable initially deferred
);

create table request (
    id uuid primary key,
    version bigint not null,
    body text not null,
    client uuid generated always as ((body::jsonb ->> 'client')::uuid) stored,
    stage text generated always as (body::jsonb ->> 'stage') stored,
    check (body::jsonb ->> 'stage' in ('open', 'paused', 'filled', 'closed', 'cancelled', 'expired', 'removed')),
    -- The guarded counter: nobody is hired beyond the places there are, whatever a rule may think.
    check ((body::jsonb ->> 'hired')::int between 0 and (body::jsonb ->> 'places')::int),
    foreign key (client) references person (id) deferrable initially deferred
);
create index request_client on request (client);

create table application (
    id uuid primary key,
    version bigint not null,
    body text not null,
    request uuid generated always as ((body::jsonb ->> 'request')::uuid) stored,
    client uuid generated always as ((body::jsonb ->> 'client')::uuid) stored,
    freelancer uuid generated always as ((body::jsonb ->> 'freelancer')::uuid) stored,
    check (body::jsonb ->> 'stage' in ('submitted', 'viewed', 'shortlisted', 'offered', 'hired', 'declined', 'withdrawn', 'closed')),
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index application_request on application (request);
create index application_client on application (client);
create index application_freelancer on application (freelancer);

create table offer (
    id uuid primary key,
    version bigint not null,
    body text not null,
    application uuid generated always as ((body::jsonb ->> 'application')::uuid) stored,
    request uuid generated always as ((body::jsonb ->> 'request')::uuid) stored,
    client uuid generated always as ((body::jsonb ->> 'client')::uuid) stored,
    freelancer uuid generated always as ((body::jsonb ->> 'freelancer')::uuid) stored,
    check (body::jsonb ->> 'stage' in ('sent', 'accepted', 'declined', 'revoked', 'superseded')),
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index offer_application on offer (application);
create index offer_request on offer (request);

create table contract (
    id uuid primary key,
    version bigint not null,
    body text not null,
    application uuid generated always as ((body::jsonb ->> 'application')::uuid) stored,
    request uuid generated always as ((body::jsonb ->> 'request')::uuid) stored,
    client uuid generated always as ((body::jsonb ->> 'client')::uuid) stored,
    freelancer uuid generated always as ((body::jsonb ->> 'freelancer')::uuid) stored,
    offer uuid generated always as ((body::jsonb ->> 'offer')::uuid) stored,
    check (body::jsonb ->> 'stage' in ('active', 'delivered', 'completed', 'cancelled')),
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred,
    foreign key (offer) references offer (id) deferrable initially deferred
);
create index contract_application on contract (application);
create index contract_request on contract (request);
create index contract_client on contract (client);
create index contract_freelancer on contract (freelancer);
-- One offer becomes one contract.
create unique index contract_offer on contract (offer);

create table message (
    id uuid primary key,
    version bigint not null,
    body text not null,
    application uuid generated always as ((body::jsonb ->> 'application')::uuid) stored,
    author uuid generated always as ((body::jsonb ->> 'author')::uuid) stored,
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (author) references person (id) deferrable initially deferred
);
create index message_application on message (application);

create table read_mark (
    id uuid primary key,
    version bigint not null,
    body text not null,
    application uuid generated always as ((body::jsonb ->> 'application')::uuid) stored,
    reader uuid generated always as ((body::jsonb ->> 'reader')::uuid) stored,
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (reader) references person (id) deferrable initially deferred
);

create table review (
    id uuid primary key,
    version bigint not null,
    body text not null,
    contract uuid generated always as ((body::jsonb ->> 'contract')::uuid) stored,
    author uuid generated always as ((body::jsonb ->> 'author')::uuid) stored,
    subject uuid generated always as ((body::jsonb ->> 'subject')::uuid) stored,
    check ((body::jsonb ->> 'stars')::int between 1 and 5),
    foreign key (contract) references contract (id) deferrable initially deferred,
    foreign key (author) references person (id) deferrable initially deferred,
    foreign key (subject) references person (id) deferrable initially deferred
);
create index review_contract on review (contract);

create table recommendation (
    id uuid primary key,
    version bigint not null,
    body text not null,
    request uuid generated always as ((body::jsonb ->> 'request')::uuid) stored,
    client uuid generated always as ((body::jsonb ->> 'client')::uuid) stored,
    freelancer uuid generated always as ((body::jsonb ->> 'freelancer')::uuid) stored,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index recommendation_request on recommendation (request);
create index recommendation_freelancer on recommendation (freelancer);

create table activity (
    id uuid primary key,
    version bigint not null,
    body text not null,
    actor uuid generated always as ((body::jsonb ->> 'actor')::uuid) stored,
    request uuid generated always as ((body::jsonb ->> 'request')::uuid) stored,
    at bigint generated always as ((body::jsonb ->> 'at')::bigint) stored,
    foreign key (actor) references person (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred
);
create index activity_actor on activity (actor);
create index activity_at on activity (at);

create table tally (
    id uuid primary key,
    version bigint not null,
    body text not null,
    owner uuid generated always as ((body::jsonb ->> 'owner')::uuid) stored,
    foreign key (owner) references person (id) deferrable initially deferred
);

-- What somebody saved or hid: a request and its client, or a freelancer.
create table bookmark (
    id uuid primary key,
    version bigint not null,
    body text not null,
    owner uuid generated always as ((body::jsonb ->> 'owner')::uuid) stored,
    request uuid generated always as ((body::jsonb ->> 'request')::uuid) stored,
    client uuid generated always as ((body::jsonb ->> 'client')::uuid) stored,
    freelancer uuid generated always as ((body::jsonb ->> 'freelancer')::uuid) stored,
    check (body::jsonb ->> 'stance' in ('saved', 'hidden')),
    foreign key (owner) references person (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index bookmark_owner on bookmark (owner);

-- Which rows lie in which scope. One entry a pair: the log compacts itself.
create table placement (
    scope uuid not null,
    tbl smallint not null,
    row_id uuid not null,
    version bigint not null,
    put boolean not null,
    primary key (scope, tbl, row_id)
);
create index placement_version on placement (scope, version);
create index placement_gone on placement (version) where not put;

-- Up to which version the entries of rows that left a scope have been thrown away.
create table scope_floor (
    scope uuid primary key,
    version bigint not null
);

-- What lies in each scope, in 64 bits, so that a device can be told from one that holds something else.
create table scope_digest (
    scope uuid primary key,
    digest bigint not null
);

-- Why a person may see a scope: one entry a reason.
create table scope_grant (
    account uuid not null,
    scope uuid not null,
    tbl smallint not null,
    row_id uuid not null,
    primary key (account, scope, tbl, row_id)
);

-- Who sees which scope, since when; put is false when the last reason fell away.
create table membership (
    account uuid not null,
    scope uuid not null,
    version bigint not null,
    put boolean not null,
    primary key (account, scope)
);
create index membership_scope on membership (scope) where put;
create index membership_gone on membership (version) where not put;

-- Up to which version the memberships that an account lost have been thrown away.
create table account_floor (
    account uuid primary key,
    version bigint not null
);

-- How far each device has been heard.
create table device (
    id uuid primary key,
    account uuid not null,
    last_seq bigint not null,
    -- The hash chain over everything up to `last_seq`.
    chain bytea not null,
    seen_at bigint not null
);

-- The chain at each decided number: a number that comes again is answered only if it brings the same history.
create table number (
    device uuid not null,
    seq bigint not null,
    chain bytea not null,
    primary key (device, seq)
);

-- Every decided mutation with its answer: the same id twice has one effect and the same answer.
create table decision (
    mutation uuid primary key,
    account uuid not null,
    device uuid,
    seq bigint,
    version bigint,
    denied text,
    at bigint not null
);

-- What each batch means for the other processes: which rows they hold in memory, and whose devices they should wake. Lines
-- older than an hour are thrown away; who has slept longer begins anew.
create table commit_log (
    after bigint primary key,
    before bigint not null,
    process uuid not null,
    tables smallint[] not null,
    ids uuid[] not null,
    touched uuid[] not null,
    at timestamptz not null default now()
);

-- Where the head was on past days: up to where everything is old.
create table sync_past (
    at bigint primary key,
    version bigint not null
);
