package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Watch is something that a person wishes to be told of: a search that was saved, or a thing of the market.
type Watch struct{ ent.Schema }

func (Watch) Fields() []ent.Field {
	return []ent.Field{
		field.Int("person_id").Immutable(),
		field.Enum("kind").Values("SEARCH", "LOTS", "LISTING", "LOT", "PROJECT", "ORGANISATION").Immutable(),
		field.Int("subject").Default(0).Immutable().Comment("the thing; 0 of a search"),
		field.Text("query").Default("").Immutable().Comment("what a search asks, as its address says it"),
		field.String("mark").Default("").MaxLen(64).Immutable().Comment("of the query: nobody saves one twice"),
		field.String("name").MaxRuneLen(80).Comment("of a search, as its owner calls it"),
		field.Enum("how").Values("AT_ONCE", "DAILY", "NONE").Default("AT_ONCE"),
		field.Bytes("known").Optional().Immutable().MaxLen(4 << 20).Comment("what was found when it was saved is no news"),
		field.Text("state").Default("").Comment("of a thing, as its watcher was last told"),
		field.Int64("since").Immutable().Comment("the changes up to here were seen when it was saved"),
		field.Int64("turn").Default(0).Comment("the round that took it up; 0: none yet"),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

func (Watch) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("person", Person.Type).Unique().Required().Immutable().Field("person_id"),
		edge.To("hits", WatchHit.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Watch) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "kind", "subject", "mark").Unique(), index.Fields("kind", "subject"), index.Fields("turn"),
	}
}

// WatchHit is a result that is new to a search or to the watcher of a seller. It is told with the transaction that writes
// it, and its place is unique: so it is told once.
type WatchHit struct{ ent.Schema }

func (WatchHit) Fields() []ent.Field {
	return []ent.Field{
		field.Int("watch_id").Immutable(),
		field.Int("subject").Immutable().Comment("a listing; of a search for lots a lot"),
		field.Time("at").Immutable(),
	}
}

func (WatchHit) Edges() []ent.Edge {
	return []ent.Edge{edge.From("watch", Watch.Type).Ref("hits").Unique().Required().Immutable().Field("watch_id")}
}

func (WatchHit) Indexes() []ent.Index {
	return []ent.Index{index.Fields("watch_id", "subject").Unique(), index.Fields("watch_id", "at")}
}

// WatchRound is how far the changes have been looked at for the watchers. There is one: who counts it up has the round.
type WatchRound struct{ ent.Schema }

func (WatchRound) Fields() []ent.Field {
	return []ent.Field{field.Int64("at"), field.Int64("turn")}
}

// ListingQuestion is what somebody asks of a listing, with its answer.
type ListingQuestion struct{ ent.Schema }

func (ListingQuestion) Fields() []ent.Field {
	return []ent.Field{
		field.Text("text").NotEmpty().Immutable(),
		field.Text("answer").Default(""),
		field.Bool("confidential").Default(false).Comment("only who may read the data room sees it"),
		field.String("asker_kind").MaxLen(24).Immutable().Comment("all that the public is told of the asker"),
		field.String("hidden_reason").Default("").MaxRuneLen(400).Comment("why the operator has hidden it; shown in its place"),
		field.Int("version").Default(1).Comment("counts up with every change"),
		field.Int("asked_for").Immutable().Comment("the organisation for which it was asked; 0 none"),
		field.Time("asked_at").Immutable(),
		field.Time("answered_at").Optional().Nillable(),
		field.Time("hidden_at").Optional().Nillable(),
	}
}

func (ListingQuestion) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("listing", Listing.Type).Unique().Required().Immutable(),
		edge.To("asker", Person.Type).Unique().Required().Immutable(),
		edge.To("answerer", Person.Type).Unique(),
	}
}

func (ListingQuestion) Indexes() []ent.Index {
	return []ent.Index{index.Edges("listing").Fields("asked_at"), index.Edges("asker").Fields("asked_at")}
}
