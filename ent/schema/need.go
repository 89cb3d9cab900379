package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/g60-corridor/corridor/internal/matching"
)

// Need is technology that a company looks for.
type Need struct{ ent.Schema }

func (Need) Fields() []ent.Field {
	return []ent.Field{
		field.String("number").NotEmpty().MaxLen(32).Unique(),
		field.JSON("wish", matching.Wish{}),
		field.String("plan_field").Default("").MaxLen(16).Comment("of the wish, to narrow lists by"),
		field.String("city").Default("").MaxLen(6),
		field.Enum("secrecy").Values("PUBLIC", "ANONYMOUS", "INVITED").Default("PUBLIC"),
		field.String("mark").Default("").MaxLen(64).Comment("changes with whatever matters to a match"),
		field.Enum("status").Values("DRAFT", "PUBLISHED", "CLOSED").Default("DRAFT"),
		field.Enum("outcome").Values("NONE", "FULFILLED", "WITHDRAWN", "EXPIRED", "TAKEN_DOWN").Default("NONE"),
		field.String("reason").Default("").MaxLen(2000).Comment("why the operator took it down"),
		field.Int("version").Default(1).Comment("counts up with every save: who saves says which one he has read"),
		field.Time("ends_at").Optional().Nillable().Comment("the end of its last day; it is closed from then on"),
		field.Time("published_at").Optional().Nillable(),
		field.Time("changed_at").Default(time.Now),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Bool("demo").Default(false),
		field.Int("owner_id").Immutable(),
	}
}

func (Need) Edges() []ent.Edge {
	return []ent.Edge{edge.To("owner", Organisation.Type).Unique().Required().Immutable().Field("owner_id")}
}

func (Need) Indexes() []ent.Index {
	return []ent.Index{index.Fields("status", "published_at"), index.Fields("owner_id")}
}

// NeedVersion is what a need said when it went out, and each time it was changed or closed thereafter. It is never changed.
type NeedVersion struct{ ent.Schema }

func (NeedVersion) Fields() []ent.Field {
	return []ent.Field{
		field.Int("need_id").Immutable(),
		field.Int("number").Positive().Immutable(),
		field.Enum("what").Values("PUBLISHED", "CHANGED", "CLOSED").Immutable(),
		field.JSON("wish", matching.Wish{}).Immutable(),
		field.Int("person_id").Default(0).Immutable().Comment("0: the calendar"),
		field.Time("at").Immutable(),
	}
}

func (NeedVersion) Edges() []ent.Edge {
	return []ent.Edge{edge.To("need", Need.Type).Unique().Required().Immutable().Field("need_id")}
}

func (NeedVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("need_id", "number").Unique()}
}

// NeedInvitation is an organisation that may see a need although not everybody may.
type NeedInvitation struct{ ent.Schema }

func (NeedInvitation) Fields() []ent.Field {
	return []ent.Field{field.Int("need_id").Immutable(), field.Int("organisation_id").Immutable()}
}

func (NeedInvitation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("need", Need.Type).Unique().Required().Immutable().Field("need_id"),
		edge.To("organisation", Organisation.Type).Unique().Required().Immutable().Field("organisation_id"),
	}
}

func (NeedInvitation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("need_id", "organisation_id").Unique(), index.Fields("organisation_id")}
}

// NeedAnswer is what a university answers to a need: a result of its own, or words alone.
type NeedAnswer struct{ ent.Schema }

func (NeedAnswer) Fields() []ent.Field {
	return []ent.Field{
		field.Int("need_id").Immutable(),
		field.Int("organisation_id").Immutable(),
		field.Int("listing_id").Optional().Nillable().Immutable(),
		field.Int("person_id").Immutable(),
		field.String("key").NotEmpty().MaxLen(64).Unique().Immutable().Comment("one answer for each need and listing, or each need and organisation without one"),
		field.Text("message").NotEmpty().Immutable(),
		field.Enum("state").Values("WAITING", "ACCEPTED", "DECLINED").Default("WAITING"),
		field.Text("reason").Default(""),
		field.Time("at").Immutable(),
		field.Time("decided_at").Optional().Nillable(),
	}
}

func (NeedAnswer) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("need", Need.Type).Unique().Required().Immutable().Field("need_id"),
		edge.To("organisation", Organisation.Type).Unique().Required().Immutable().Field("organisation_id"),
		edge.To("listing", Listing.Type).Unique().Immutable().Field("listing_id"),
		edge.To("person", Person.Type).Unique().Required().Immutable().Field("person_id"),
	}
}

func (NeedAnswer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("need_id", "id"), index.Fields("organisation_id", "at")}
}

// NeedMatch is a need and a listing that fit each other. What fits no more stays, with a score of nought: who was told of it
// is not told again.
type NeedMatch struct{ ent.Schema }

func (NeedMatch) Fields() []ent.Field {
	return []ent.Field{
		field.Int("need_id").Immutable(),
		field.Int("listing_id").Immutable(),
		field.Int("seller_id").Immutable(),
		field.Int("bp").Default(0),
		field.JSON("reasons", []matching.Reason{}),
		field.Int("weights").Comment("version of the weights"),
		field.String("need_mark").MaxLen(64),
		field.String("listing_mark").MaxLen(64),
		field.Time("told_at").Optional().Nillable(),
		field.Time("at"),
	}
}

func (NeedMatch) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("need", Need.Type).Unique().Required().Immutable().Field("need_id"),
		edge.To("listing", Listing.Type).Unique().Required().Immutable().Field("listing_id"),
	}
}

func (NeedMatch) Indexes() []ent.Index {
	return []ent.Index{index.Fields("need_id", "listing_id").Unique(), index.Fields("listing_id", "bp"), index.Fields("seller_id", "bp"), index.Fields("need_id", "bp")}
}

// NeedRefusal is an organisation's "why not" to a match, with the marks of the two as they were.
type NeedRefusal struct{ ent.Schema }

func (NeedRefusal) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.Int("need_id").Immutable(),
		field.Int("listing_id").Immutable(),
		field.String("why").NotEmpty().MaxLen(16),
		field.String("words").Default("").MaxLen(2000),
		field.String("need_mark").MaxLen(64),
		field.String("listing_mark").MaxLen(64),
		field.Time("at"),
	}
}

func (NeedRefusal) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "need_id", "listing_id").Unique()}
}

// MatchCursor is how far the changes of the catalogue have been matched with the needs. There is one.
type MatchCursor struct{ ent.Schema }

func (MatchCursor) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("at").Default(0),
		field.String("origin").Default("").MaxLen(64).Comment("of which database it is"),
		field.Int("weights").Default(0).Comment("version of the weights with which all has been weighed"),
	}
}
