-- The marketplace and the sync engine. A synced row is a document: its body is what devices receive, byte for byte, so a field
-- that one version does not know survives it. What is queried or must hold is a generated column with its constraint.

create table sync_head (
    only_one integer primary key check (only_one = 1),
    version integer not null
) strict;

-- The parts of this history, oldest first: each restoring from a copy opens one. It begins after the version `began`, where the copy
-- ended that was made at `copied`.
create table sync_epoch (
    number integer primary key,
    id text not null unique,
    began integer not null,
    copied integer
) strict;

-- Only in a copy: when it was made.
create table sync_copy (
    only_one integer primary key check (only_one = 1),
    at integer not null
) strict;

create table person (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    check (body ->> '$.status.kind' in ('active', 'suspended'))
);

create table profile (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    foreign key (id) references person (id) deferrable initially deferred
);

create table request (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    client text generated always as (body ->> '$.client') stored,
    stage text generated always as (body ->> '$.stage') stored,
    check (body ->> '$.stage' in ('open', 'paused', 'filled', 'closed', 'cancelled', 'expired', 'removed')),
    -- The guarded counter: nobody is hired beyond the places there are, whatever a rule may think.
    check (body ->> '$.hired' between 0 and body ->> '$.places'),
    foreign key (client) references person (id) deferrable initially deferred
);
create index request_client on request (client);

create table application (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    request text generated always as (body ->> '$.request') stored,
    client text generated always as (body ->> '$.client') stored,
    freelancer text generated always as (body ->> '$.freelancer') stored,
    check (body ->> '$.stage' in ('submitted', 'viewed', 'shortlisted', 'offered', 'hired', 'declined', 'withdrawn', 'closed')),
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index application_request on application (request);
create index application_client on application (client);
create index application_freelancer on application (freelancer);

create table offer (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    application text generated always as (body ->> '$.application') stored,
    request text generated always as (body ->> '$.request') stored,
    client text generated always as (body ->> '$.client') stored,
    freelancer text generated always as (body ->> '$.freelancer') stored,
    check (body ->> '$.stage' in ('sent', 'accepted', 'declined', 'revoked', 'superseded')),
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index offer_application on offer (application);
create index offer_request on offer (request);

create table contract (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    application text generated always as (body ->> '$.application') stored,
    request text generated always as (body ->> '$.request') stored,
    client text generated always as (body ->> '$.client') stored,
    freelancer text generated always as (body ->> '$.freelancer') stored,
    offer text generated always as (body ->> '$.offer') stored,
    check (body ->> '$.stage' in ('active', 'delivered', 'completed', 'cancelled')),
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
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    application text generated always as (body ->> '$.application') stored,
    author text generated always as (body ->> '$.author') stored,
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (author) references person (id) deferrable initially deferred
);
create index message_application on message (application);

create table read_mark (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    application text generated always as (body ->> '$.application') stored,
    reader text generated always as (body ->> '$.reader') stored,
    foreign key (application) references application (id) deferrable initially deferred,
    foreign key (reader) references person (id) deferrable initially deferred
);

create table review (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    contract text generated always as (body ->> '$.contract') stored,
    author text generated always as (body ->> '$.author') stored,
    subject text generated always as (body ->> '$.subject') stored,
    check (body ->> '$.stars' between 1 and 5),
    foreign key (contract) references contract (id) deferrable initially deferred,
    foreign key (author) references person (id) deferrable initially deferred,
    foreign key (subject) references person (id) deferrable initially deferred
);
create index review_contract on review (contract);

create table recommendation (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    request text generated always as (body ->> '$.request') stored,
    client text generated always as (body ->> '$.client') stored,
    freelancer text generated always as (body ->> '$.freelancer') stored,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index recommendation_request on recommendation (request);
create index recommendation_freelancer on recommendation (freelancer);

create table activity (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    actor text generated always as (body ->> '$.actor') stored,
    request text generated always as (body ->> '$.request') stored,
    at integer generated always as (body ->> '$.at') stored,
    foreign key (actor) references person (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred
);
create index activity_actor on activity (actor);
create index activity_at on activity (at);

create table tally (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    owner text generated always as (body ->> '$.owner') stored,
    foreign key (owner) references person (id) deferrable initially deferred
);

-- What somebody saved or hid: a request and its client, or a freelancer.
create table bookmark (
    id text primary key,
    version integer not null,
    body text not null check (json_valid(body)),
    owner text generated always as (body ->> '$.owner') stored,
    request text generated always as (body ->> '$.request') stored,
    client text generated always as (body ->> '$.client') stored,
    freelancer text generated always as (body ->> '$.freelancer') stored,
    check (body ->> '$.stance' in ('saved', 'hidden')),
    foreign key (owner) references person (id) deferrable initially deferred,
    foreign key (request) references request (id) deferrable initially deferred,
    foreign key (client) references person (id) deferrable initially deferred,
    foreign key (freelancer) references person (id) deferrable initially deferred
);
create index bookmark_owner on bookmark (owner);

-- Which rows lie in which scope. One entry a pair: the log compacts itself.
create table placement (
    scope text not null,
    tbl integer not null,
    row text not null,
    version integer not null,
    put integer not null,
    primary key (scope, tbl, row)
) strict, without rowid;
create index placement_version on placement (scope, version, put);
create index placement_gone on placement (version) where not put;

-- Up to which version the entries of rows that left a scope have been thrown away.
create table scope_floor (
    scope text primary key,
    version integer not null
) strict, without rowid;

-- What lies in each scope, in 64 bits, so that a device can be told from one that holds something else.
create table scope_digest (
    scope text primary key,
    digest integer not null
) strict, without rowid;

-- Why a person may see a scope: one entry a reason.
create table scope_grant (
    account text not null,
    scope text not null,
    tbl integer not null,
    row text not null,
    primary key (account, scope, tbl, row)
) strict, without rowid;

-- Who sees which scope, since when; put = 0 when the last reason fell away.
create table membership (
    account text not null,
    scope text not null,
    version integer not null,
    put integer not null,
    primary key (account, scope)
) strict, without rowid;
create index membership_scope on membership (scope) where put = 1;
create index membership_gone on membership (version) where not put;

-- Up to which version the memberships that an account lost have been thrown away.
create table account_floor (
    account text primary key,
    version integer not null
) strict, without rowid;

-- Where the history stood in the past, about once a day, so that it can be said which versions are old.
create table sync_past (
    at integer primary key,
    version integer not null
) strict;

-- How far each device has been heard.
create table device (
    id text primary key,
    account text not null,
    last_seq integer not null,
    -- The hash chain over everything up to `last_seq`.
    chain blob not null,
    seen_at integer not null
) strict, without rowid;

-- The chain at each decided number: a number that comes again is answered only if it brings the same history.
create table number (
    device text not null,
    seq integer not null,
    chain blob not null,
    primary key (device, seq)
) strict, without rowid;

-- Every decided mutation with its answer: the same id twice has one effect and the same answer.
create table decision (
    mutation text primary key,
    account text not null,
    device text,
    seq integer,
    version integer,
    denied text,
    at integer not null
) strict, without rowid;
