package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Project is one attempt to find a price for a listing in one way. From seq on, its columns are a projection of its
// entries, for lists only.
type Project struct{ ent.Schema }

func (Project) Fields() []ent.Field {
	return []ent.Field{
		field.String("number").NotEmpty().MaxLen(32).Unique(),
		field.Enum("way").Values("AGREEMENT", "LISTING", "AUCTION").Immutable(),
		field.Int("parent_id").Optional().Nillable().Comment("the round before; R2.9"),
		field.Int("lot_id").Optional().Nillable().Comment("the competitive sale; R2.12"),
		field.Bool("demo").Default(false),
		field.Time("created_at").Default(time.Now).Immutable(),

		field.Int64("seq").Default(0).Comment("the last entry"),
		field.String("phase").Default("").MaxLen(24),
		field.Bool("published").Default(false).Comment("the public may see it"),
		field.Int64("price_fen").Default(0),
		field.Time("next_at").Optional().Nillable(),
		field.String("next_kind").Default("").MaxLen(32),
		field.String("next_rule").Default("").MaxLen(16),

		field.Time("due_at").Optional().Nillable().Comment("the next deadline that everybody may know; R1.1"),
		field.String("due_kind").Default("").MaxLen(32),
		field.Int("due_changes").Default(0).Comment("how often that has changed"),
		field.Time("due_changed_at").Optional().Nillable(),
	}
}

func (Project) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("listing", Listing.Type).Unique().Required(),
		edge.To("seller", Organisation.Type).Unique().Required(),
		edge.To("operator", Organisation.Type).Unique().Required(),
		edge.To("entries", ProjectEntry.Type),
	}
}

func (Project) Indexes() []ent.Index {
	return []ent.Index{index.Fields("published", "phase", "next_at"), index.Fields("lot_id"), index.Fields("parent_id")}
}

// ProjectEntry is one fact of a project's log. Its place is unique: of two who decide at once, one must decide again.
type ProjectEntry struct{ ent.Schema }

func (ProjectEntry) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("seq").Immutable(),
		field.Time("at").Immutable(),
		field.Text("event").Immutable().Comment("as package trade encodes it, byte for byte"),
		field.Int("by_person").Default(0).Immutable().Comment("0: a clock or the lot"),
		field.Int("by_organisation").Default(0).Immutable(),
		field.Time("stored_at").Default(time.Now).Immutable(),
	}
}

func (ProjectEntry) Edges() []ent.Edge {
	return []ent.Edge{edge.From("project", Project.Type).Ref("entries").Unique().Required().Immutable()}
}

func (ProjectEntry) Indexes() []ent.Index {
	return []ent.Index{index.Edges("project").Fields("seq").Unique()}
}

// ObjectionPaper is a file that lies with an objection, or with the decision on it. R2.4. Only project may name it.
type ObjectionPaper struct{ ent.Schema }

func (ObjectionPaper) Fields() []ent.Field {
	return []ent.Field{
		field.Int("project_id").Immutable(),
		field.String("objection").NotEmpty().MaxLen(16).Immutable(),
		field.Bool("answer").Immutable().Comment("of the decision, not of the objector"),
		field.Int("number").Positive().Immutable().Comment("as the project's log counts it"),
		field.String("key").NotEmpty().MaxLen(64).Sensitive().Immutable().Comment("of the file in the depot"),
		field.String("name").Default("").MaxRuneLen(200).Immutable().Comment("as the file was called; for people to read and nothing else"),
		field.String("type").NotEmpty().MaxLen(120).Immutable().Comment("media type, by its first bytes"),
		field.Int64("size").Positive().Immutable(),
		field.String("sha256").MaxLen(64).Immutable(),
		field.Int("person_id").Immutable(),
		field.Int("organisation_id").Default(0).Immutable(),
		field.Time("at").Immutable(),
	}
}

func (ObjectionPaper) Indexes() []ent.Index {
	return []ent.Index{index.Fields("project_id", "objection", "answer", "number").Unique()}
}

// WorkingDay is a day that the operator has changed in the calendar of working days.
type WorkingDay struct{ ent.Schema }

func (WorkingDay) Fields() []ent.Field {
	return []ent.Field{
		field.String("date").MaxLen(10).Unique().Comment("2026-03-02"),
		field.Bool("working"),
		field.String("reason").NotEmpty().MaxLen(200),
		field.Int("by_person").Default(0),
		field.Time("changed_at").Default(time.Now),
	}
}
