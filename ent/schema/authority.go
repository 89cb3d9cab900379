package schema

import (
	"encoding/json"
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AuthorityRule is what a company has laid down for all who bid for it.
type AuthorityRule struct{ ent.Schema }

func (AuthorityRule) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Unique(),
		field.Bool("always_second").Default(false).Comment("nobody bids without a second person"),
		field.Int("version").Default(0).Comment("counts every change of the company's authority, so that two tabs lose nothing"),
	}
}

// Authority is how far one person may bind a company, and whether he may confirm the bids of others.
type Authority struct{ ent.Schema }

func (Authority) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id"),
		field.Int("person_id"),
		field.Int64("bid_fen").Optional().Nillable().Comment("the most he bids alone; empty: no limit"),
		field.Bool("approves").Default(false),
		field.Int64("approve_fen").Optional().Nillable().Comment("the most he may confirm; empty: no limit"),
		field.Int("version").Default(1),
	}
}

func (Authority) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "person_id").Unique()}
}

// LotAuthority is the limit of one person in one lot; it stands before his general one.
type LotAuthority struct{ ent.Schema }

func (LotAuthority) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id"),
		field.Int("person_id"),
		field.Int("lot_id"),
		field.Int64("bid_fen").Optional().Nillable().Comment("empty: no limit in this lot"),
	}
}

func (LotAuthority) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "person_id", "lot_id").Unique()}
}

// PendingPrice is the word of a project's only buyer on a price above his authority: no word before a second person of his
// company has confirmed it. R2.12. Only internal/authority may name it.
type PendingPrice struct{ ent.Schema }

func (PendingPrice) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.Int("project_id").Immutable(),
		field.Int64("amount_fen").Immutable(),
		field.Int("proposed_by").Immutable(),
		field.Time("proposed_at").Immutable(),
		field.Enum("state").Values("WAITING", "CONFIRMED", "DECLINED", "CANCELLED", "LAPSED").Default("WAITING"),
		field.Int("decided_by").Default(0),
		field.Time("decided_at").Optional().Nillable(),
	}
}

func (PendingPrice) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "project_id", "state")}
}

// PendingBid is a bid above its bidder's authority: no bid before a second person of his company has confirmed it. Only
// internal/authority may name it.
type PendingBid struct{ ent.Schema }

func (PendingBid) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.Int("lot_id").Immutable(),
		field.String("paddle").MaxLen(64).Immutable(),
		field.String("key").MaxLen(32).Immutable().Comment("the bid's idempotency key, 32 hexadecimal digits"),
		field.String("kind").MaxLen(16).Immutable(),
		field.Int64("amount_fen").Immutable().Comment("of a maximum the maximum"),
		field.Bool("confirmed").Immutable().Comment("the proposer has confirmed a large jump; R3.1"),
		field.Int("proposed_by").Immutable(),
		field.Time("proposed_at").Immutable(),
		field.Enum("state").Values("WAITING", "CONFIRMED", "DECLINED", "CANCELLED", "LAPSED").Default("WAITING"),
		field.String("why").Default("").MaxLen(32).Comment("why it lapsed"),
		field.Int("decided_by").Default(0),
		field.Time("decided_at").Optional().Nillable(),
		field.JSON("answer", json.RawMessage{}).Optional().Sensitive().Comment("the saleroom's answer to a confirmed one"),
		field.Time("changed_at").Default(time.Now),
	}
}

func (PendingBid) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("organisation_id", "lot_id", "key").Unique(), index.Fields("changed_at"), index.Fields("state", "lot_id"),
	}
}
