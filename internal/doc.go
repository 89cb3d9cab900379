// Package internal is Corridor: a technology-transfer marketplace whose lots are sold live.
//
// # One picture
//
//	browser ──form POST / WebSocket──▶ site, live ──Command──▶ saleroom ──▶ auction.Decide   (pure)
//	                                                             │
//	                                                             │ Append(lot, after, entries)   one commit per batch
//	                                                             ▼
//	browser ◀──Frame── live ◀── hub ◀──"lot L has reached seq N"── bus ◀── store
//	                             └────── Read(lot, after seq) ───────▶ store
//
// Bids go in by one door, become facts in one place (the lot's log), and everything that anyone sees is derived from
// the log. Nothing is shown before it is durable; nothing durable is lost or re-ordered.
//
// # Rooms
//
// Rules, pure (no clock, randomness, goroutine, context or I/O):
//
//	money     fen, basis points, amounts read and written, 大写
//	calendar  working days of the corridor with make-up days (调休), periods and when they end
//	ident     patent numbers, USCC, IPC, ORCID, regions, dates: parse, check character, normal form; found in free text
//	subject   what is for sale: kinds, terms, fees, fields, rights offered; the gates G1 to G11 over a dossier
//	matching  a need and a result: a score of named reasons, and what "why not" changes
//	exclusion who may not bid: ownership and control, delegates, staff, helpers, relatives, things shared; R1.6 to R1.8
//	standing  how an organisation stands to the market: verified, until when, barred
//	auction   one lot: Decide(State, Command) and Apply(State, Entry); RULES.md
//	trade     the three lawful ways to a price: agreement with notice, listing, auction project; STATES.md
//	feed      what each audience may see of a lot
//	proof     leaves, commitments, chain, signature, records and their verifier; VERIFY.md
//
// At work:
//
//	saleroom  one desk per lot: stamp the time, decide, append, answer
//	hub       who watches which lot; accepts no command
//	agenda    what is due when: errands put in the transaction of a decision (River)
//	identity  organisations, people, sign-in, permissions
//	dataroom  a listing's papers: public, after a promise of secrecy, for inside; and who opened them
//	inbox     what people are told, in the app and by mail
//	market    listings, lots, registrations; outbox and projection of the logs
//	authority how far a person may bind his company by a bid; the bids that wait for a second person
//	project   the ways to a price of real listings: trade's machines on stored logs, deadlines by the agenda
//	needs     what companies look for, who may see it, answers, and what fits
//	watch     saved searches and watched things: what is new to them, told once
//	enquiry   questions about listings and their answers
//	search    results by words, numbers and facets: an index on disk, bitmaps in memory
//	safe      secrets in the database, sealed and bound to their row
//	fault     how a service says no: one error, a closed list of codes
//	intake    other people's tables: columns guessed, every problem named by row and column
//	replay    past bids run through the engine
//	demo      the live demo: lots round the clock and bidders of different temperaments
//	bench     what `corridor bench` runs
//
// Edges, each owning one technology:
//
//	store     ent and plain SQL on SQLite or PostgreSQL, migrations, the lots' log
//	bus       the doorbell: in-process, or LISTEN/NOTIFY
//	post      letters to a mail server (SMTP)
//	stamp     a reader's mark on a paper
//	depot     files that people hand in: a folder, or S3
//	live      WebSockets; PROTOCOL.md
//	site      chi: pages and forms
//
// Tests: sim (seeded simulator and a naive twin of the engine), tidy (rules about the source itself, among them who may
// import whom).
//
// # Decisions
//
// 2026-11-23 — Functional core. Decide is total: a refusal is an event too, so every attempt has its place in the log.
// Apply cannot fail.
//
// 2026-11-23 — The engine knows bidders by paddle code only. Who is behind a code is an opaque text kept for the auditor,
// a commitment in the public record.
//
// 2026-11-23 — Position (lot, seq) is the log's primary key, assigned by the engine. A second writer collides, is fenced,
// reads and decides again; correctness never depends on which node serves a lot.
//
// 2026-11-23 — An append is stored, fenced or of unknown outcome. After an unknown one the log is read and the bids are
// answered by their idempotency keys.
//
// 2026-11-23 — Group commit: while one append of a lot is in flight, the desk gathers the next batch. Never two in flight
// for one lot.
//
// 2026-11-23 — Leaves do not hold the position, and the leaves of what not everybody sees are blinded: else a bidder could
// search for the raw position behind his receipt and count sealed and refused bids.
//
// 2026-11-23 — The bus is a doorbell. It carries lot and position; readers read the log.
//
// 2026-11-23 — A hidden reserve has no part in the price. A system that lifted a leader's price to the reserve would
// publish it (R3.4). A lone bidder reaches a hidden reserve by plain bids where the terms let a leader raise.
//
// 2026-11-23 — NOT_MULTIPLE precedes BELOW_MINIMUM for amounts above the price, BELOW_MINIMUM stands for amounts at or
// under it (acceptance scenario 8 of the rule sheet).
//
// 2026-11-23 — LIMITED begins where FREE ended, not when the clock was looked at; a resumed phase begins when it is
// resumed, so that no bidder has less than was owed.
//
// 2026-11-23 — Cross-site requests are refused by net/http.CrossOriginProtection with SameSite cookies, not by tokens in
// forms: it is the standard library's, and there is nothing to forget in a form.
//
// 2026-11-23 — On PostgreSQL the logs have connections of their own: a rush for pages must not hold up a bid or the
// house's sign of life, or it would be an outage.
//
// 2026-11-23 — Keys are made for an empty database only. A node that finds logs and no keys refuses to start.
//
// 2026-11-23 — A panic ends what met it: one message's socket, one request, the following of one lot, or the lot's sale,
// which is paused. It never ends the house.
//
// 2026-11-26 — store.Tx begins on PostgreSQL by pgx on a connection kept aside, so that ent, plain SQL and River's inserts
// share it; on SQLite all share the *sql.Tx. River has connections of its own on PostgreSQL; on SQLite it queues for the one
// writer like everybody else and looks for work once a second.
//
// 2026-11-26 — River's tables come by a migration of ours that runs River's own, up to a version that is written down.
//
// 2026-11-26 — The search's index is a cache. Triggers write what has changed in the transaction of the change, so that no
// way of writing can forget it; each node reads that by the horizon of its snapshot, for numbers of a sequence are given
// before transactions end and would let one pass by.
//
// 2026-11-26 — Facets are counted from bitmaps in memory: Bleve's own cost half a second and more at 100,000 listings, and a
// bid would have to write a document. The texts alone are Bleve's.
//
// 2026-11-26 — A project's log has (project, seq) as its unique place, as a lot's has: a second writer collides, reads and
// decides again. The lot of a competitive sale is made in the transaction of the entry that opens it; its outcome is fetched,
// not sent, and the project's phase takes it once.
//
// 2026-11-26 — A bid above its bidder's authority stands in no log before a second person of his company has confirmed it: it is
// that company's own business until then. It waits in a table of authority's, and the saleroom gets the very command, with its
// key, at the moment of the confirmation. It rings on a channel of its own; readers read the table.
//
// 2026-11-27 — Matches of needs are kept, not made for each page. A need is weighed against what the search finds for it, a
// changed listing against the needs that share rare words or classes with it; what was kept before is always weighed again. A
// pair that fits no more stays with a score of nought, so that nobody is told of it twice.
//
// 2026-11-27 — What is new to saved searches is found by holding what has changed against those of them in memory that it may
// meet, each behind a word or number that every result of it must have, not by searching again: each finds exactly what the
// index would, which a test holds. What it found when it was saved is kept with it as a bitmap, so that only what comes later
// is news. One row counts the rounds; who counts it up has the round.
//
// 2026-11-27 — A session holds somebody only while its row stands in the person's list, by a digest of the token: the store of
// sessions knows no persons, so it cannot be asked whose sessions there are. To end one is to delete its row; sockets on other
// nodes end when they next look. Passkeys go by go-webauthn v0.18.1, the newest that leaves the go line as it is.
//
// 2026-11-27 — What is only read changes no session, and no script's request begins one: its answer could overtake a sign-in and
// take the session's place in the browser. Challenges of passkeys and messages for the next page have cookies of their own.
//
// 2026-11-27 — An index that could not be written once is not written or asked again: Bleve panics then. Another one begins at
// once and serves what it has while it is built.
//
// 2026-11-27 — The race detector runs with all tests but those that walk through every page, one request after another, and in
// all code but SQLite's translated C. Not in less: where another package with generic code of sync is left out, the linker may
// take its copy for all, and races are reported that are none.
//
// 2026-11-27 — Papers that could do something when they are opened (scripts, launch actions, files within files, two formats in
// one) are refused, not cleaned: a cleaned paper is no longer the one that was signed. Marks of readers are set in Noto Sans SC
// cut to the common characters, so that the binary needs no fonts of the machine.
//
// 2026-11-27 — A project has two next deadlines: that of its parties, and the next that everybody may know. That papers are
// under review tells that somebody has registered (R1.1); what is public, the search, watchers and calendars go by the second.
//
// 2026-11-27 — Ownership that an organisation declares itself opens an alert that a person decides; what the operator has
// confirmed blocks by rule. A wrong word of a competitor must not keep anybody out of a sale, nor must another person's name:
// where confirmed links meet in somebody without a code, a person decides as well, before the second bidder qualifies (R1.8).
// The people of operator and auction house, and those who act for the seller, count by their names in the same way, with their
// close relatives (R1.6); an inventor does not (R1.7). For a judgement all organisations and links are read: thousands, not millions.
//
// 2026-11-27 — A project's decision names the papers that lie with its listing, by version and hash, filled in by the room and
// not by the form. That it needs one stands in the rule set, so that what was published before goes on as it was announced.
//
// 2026-11-27 — The masthead knows doors, not pages: what is open to all, a desk for the daily work of a role, and an account
// menu. A new page adds one line to web/component/menu.go.
//
// 2026-11-23 — goose applies the versioned migrations: both databases, embedded files, in use everywhere.
package internal
