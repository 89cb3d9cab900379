// Package schema says what the catalogue stores. The lots' log is not here: it is plain SQL in internal/store.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Organisation is a university, a company or another body that takes part in the market.
type Organisation struct{ ent.Schema }

func (Organisation) Fields() []ent.Field {
	return []ent.Field{
		field.String("name_zh").NotEmpty().MaxLen(200),
		field.String("name_en").NotEmpty().MaxLen(200),
		field.Enum("kind").Values("UNIVERSITY", "INSTITUTE", "COMPANY", "BROKERAGE", "MARKET_OPERATOR", "AUCTION_HOUSE", "JOINT_OFFICE"),
		field.String("uscc").MaxLen(18).Unique().Comment("unified social credit code in its normal form"),
		field.String("city").MaxLen(6).Comment("region code, rule sheet §6.1"),
		field.Text("about_zh").Default(""),
		field.Text("about_en").Default(""),
		field.Enum("standing").Values("NEW", "SUBMITTED", "VERIFIED", "EXPIRED", "SUSPENDED", "BLACKLISTED", "VOID").Default("NEW").Comment("§1.1; package standing"),
		field.Int("steps").Default(0).Comment("of its verification; a step waits for the one before"),
		field.Time("verified_at").Optional().Nillable(),
		field.Time("expires_at").Optional().Nillable().Comment("until when it is verified; empty: no end"),
		field.Bool("code_fails").Default(false).Comment("the check characters of the code are wrong: it counts on a document only, §7.1"),
		field.Bool("cross_border").Default(false).Comment("foreign, or of Hong Kong, Macao or Taiwan; §1.1"),
		field.Bool("state_established").Default(false).Comment("R2.1"),
		field.Bool("soe").Default(false).Comment("owned by the state; R2.1"),
		field.Bool("demo").Default(false),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

func (Organisation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("memberships", Membership.Type),
		edge.To("patents", Patent.Type),
		edge.To("listings", Listing.Type),
		edge.To("operated_lots", Lot.Type),
		edge.To("registrations", Registration.Type),
	}
}

func (Organisation) Indexes() []ent.Index { return []ent.Index{index.Fields("kind", "city")} }
