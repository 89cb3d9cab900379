package schema

import (
	"encoding/json"
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Lot is a listing under the hammer. From phase on, its columns are a projection of the lot's log, for lists only.
type Lot struct{ ent.Schema }

func (Lot) Fields() []ent.Field {
	return []ent.Field{
		field.String("number").NotEmpty().MaxLen(32).Unique(),
		field.JSON("terms", auction.Terms{}),
		field.Enum("status").Values("DRAFT", "PUBLISHED").Default("DRAFT"),
		field.Time("opens_at").Optional().Nillable().Comment("empty: opened by hand"),
		field.Int64("deposit_fen").Default(0).Comment("what a bidder has to pay in; R2.19"),
		field.Time("deposit_until").Optional().Nillable().Comment("R2.11"),
		field.Bool("demo").Default(false),
		field.Time("created_at").Default(time.Now).Immutable(),

		field.Int64("log_seq").Default(0).Comment("the projection has followed the log up to here"),
		field.String("phase").Default("").MaxLen(16),
		field.Int64("price_fen").Default(0),
		field.Bool("has_bid").Default(false),
		field.Int("bids").Default(0),
		field.Int("bidders").Default(0),
		field.Time("deadline").Optional().Nillable(),
		field.Time("opened_at").Optional().Nillable(),
		field.Time("closed_at").Optional().Nillable(),
		field.String("outcome").Default("").MaxLen(16),
		field.String("why").Default("").MaxLen(32),
		field.String("winner_paddle").Default("").MaxLen(64),
		field.Int("changes").Default(0).Comment("how often what a calendar says has changed"),
		field.Time("changed_at").Optional().Nillable().Comment("when it last did; empty: never yet"),
	}
}

func (Lot) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("listing", Listing.Type).Ref("lots").Unique().Required(),
		edge.From("operator", Organisation.Type).Ref("operated_lots").Unique().Required(),
		edge.To("registrations", Registration.Type),
		edge.To("secret", LotSecret.Type).Unique(),
	}
}

func (Lot) Indexes() []ent.Index {
	return []ent.Index{index.Fields("phase", "deadline"), index.Fields("phase", "opens_at"), index.Fields("phase", "closed_at")}
}

// LotSecret is what nobody may see of a lot before its log has sealed it. Only market may name it.
type LotSecret struct{ ent.Schema }

func (LotSecret) Fields() []ent.Field {
	return []ent.Field{field.Bytes("reserve_sealed").Sensitive().Comment("the reserve in fen, encrypted; R3.4")}
}

func (LotSecret) Edges() []ent.Edge {
	return []ent.Edge{edge.From("lot", Lot.Type).Ref("secret").Unique().Required()}
}

// Registration is an organisation's wish to bid in a lot, and what became of it. R2.11
type Registration struct{ ent.Schema }

func (Registration) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("state").Values("APPLIED", "QUALIFIED", "REJECTED", "WITHDRAWN", "SUSPENDED").Default("APPLIED"),
		field.Int64("deposit_held_fen").Default(0),
		field.Time("deposit_at").Optional().Nillable(),
		field.String("paddle").Default("").MaxLen(64).Comment("given when qualified, told to nobody else"),
		field.Int("rank").Default(0).Comment("0 ordinary; R3.13"),
		field.String("note").Default("").MaxLen(500),
		field.Int("applied_by").Default(0),
		field.Time("applied_at").Default(time.Now),
		field.Int("decided_by").Default(0),
		field.Time("decided_at").Optional().Nillable(),
	}
}

func (Registration) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("lot", Lot.Type).Ref("registrations").Unique().Required(),
		edge.From("organisation", Organisation.Type).Ref("registrations").Unique().Required(),
	}
}

func (Registration) Indexes() []ent.Index {
	return []ent.Index{index.Edges("lot", "organisation").Unique(), index.Fields("state")}
}

// Outbox is a command on its way to the saleroom, written in the transaction that decided it.
type Outbox struct{ ent.Schema }

func (Outbox) Fields() []ent.Field {
	return []ent.Field{
		field.Int("lot_id"),
		field.String("command").NotEmpty().MaxLen(32),
		field.JSON("payload", json.RawMessage{}).Sensitive(),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Time("done_at").Optional().Nillable(),
		field.String("fault").Default("").MaxLen(500),
	}
}

func (Outbox) Indexes() []ent.Index { return []ent.Index{index.Fields("done_at", "id")} }
