package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Patent is a patent or an application for one.
type Patent struct{ ent.Schema }

func (Patent) Fields() []ent.Field {
	return []ent.Field{
		field.String("application_no").MaxLen(20).Unique().Comment("normal form of rule sheet §4.2, without ZL or CN"),
		field.String("publication_no").Default("").MaxLen(20),
		field.Enum("kind").Values("INVENTION", "UTILITY_MODEL", "DESIGN"),
		field.String("title_zh").NotEmpty().MaxRuneLen(400),
		field.String("title_en").Default("").MaxRuneLen(400),
		field.Text("abstract_zh").Default(""),
		field.Text("abstract_en").Default(""),
		field.JSON("ipc", []string{}),
		field.Time("filed_on"),
		field.Time("granted_on").Optional().Nillable(),
		field.Enum("legal_status").Values("PENDING", "PUBLISHED", "IN_FORCE", "LAPSED_FEE", "EXPIRED", "ABANDONED",
			"REJECTED", "WITHDRAWN", "INVALIDATED", "PARTIALLY_INVALIDATED", "SUSPENDED", "PRESERVED"),
		field.Time("status_as_of"),
		field.Bool("demo").Default(false),
	}
}

func (Patent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("owners", Organisation.Type).Ref("patents"),
		edge.From("listings", Listing.Type).Ref("patents"),
	}
}

// Listing is a research result on offer.
type Listing struct{ ent.Schema }

func (Listing) Fields() []ent.Field {
	return []ent.Field{
		field.String("number").NotEmpty().MaxLen(32).Unique(),
		field.String("title_zh").NotEmpty().MaxRuneLen(400),
		field.String("title_en").NotEmpty().MaxRuneLen(400),
		field.Text("summary_zh").Default(""),
		field.Text("summary_en").Default(""),
		field.Enum("field").Values("AI", "IC", "BIO", "HEE", "NE", "NM", "NEV", "QUANTUM", "BRAIN", "GEN3", "GENE", "UNSET").
			Comment("UNSET: of a draft that does not say yet"),
		field.Int("trl").Range(0, 9).Comment("0: of a draft that does not say yet"),
		field.JSON("rights", []string{}).Comment("ASSIGN, EXCLUSIVE, SOLE, NONEXCL, OPEN, EQUITY; rule sheet §4.6"),
		field.JSON("inventors", []string{}), // a name may be written in both scripts: 沈怀谷 / Shen Huaigu
		field.String("city").MaxLen(6),
		field.Int64("price_idea_fen").Default(0),
		field.Enum("status").Values("DRAFT", "PUBLISHED").Default("DRAFT"),
		field.Bool("demo").Default(false),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.String("import_key").Optional().Nillable().MaxLen(80).Comment("names the result in the seller's tables; none: not imported"),
		field.String("import_hash").Default("").MaxLen(64).Comment("of all that the table said: an edited draft has another"),
		field.Text("import_record").Default("").Comment("JSON: what the table said and no column here holds"),
	}
}

func (Listing) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("seller", Organisation.Type).Ref("listings").Unique().Required(),
		edge.To("patents", Patent.Type),
		edge.To("lots", Lot.Type),
	}
}

func (Listing) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("status", "field"), index.Fields("status", "city"),
		index.Fields("import_key").Edges("seller").Unique(),
	}
}
