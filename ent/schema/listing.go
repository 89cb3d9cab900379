package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/g60-corridor/corridor/internal/subject"
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
		field.String("title_zh").MaxRuneLen(400).Comment("may be empty while it is a draft; one in Chinese is there at publication"),
		field.String("title_en").MaxRuneLen(400),
		field.Text("summary_zh").Default(""),
		field.Text("summary_en").Default(""),
		field.Enum("field").Values("AI", "IC", "BIO", "HEE", "NE", "NM", "NEV", "QUANTUM", "BRAIN", "GEN3", "GENE", "UNSET").
			Comment("UNSET: of a draft that does not say yet"),
		field.Int("trl").Range(0, 9).Comment("0: of a draft that does not say yet"),
		field.JSON("rights", []string{}).Comment("ASSIGN, EXCLUSIVE, SOLE, NONEXCL, OPEN, EQUITY; rule sheet §4.6"),
		field.JSON("inventors", []string{}), // a name may be written in both scripts: 沈怀谷 / Shen Huaigu
		field.String("city").MaxLen(6),
		field.Int64("price_idea_fen").Default(0),
		field.Text("pricing_basis").Default(""),
		field.String("decision_file").Default("").MaxLen(400).Comment("what names the file of the decision, R2.2"),
		field.JSON("dossier", subject.Dossier{}).Optional().Comment("what the gates have to know; none of listings that were not written here"),
		field.Enum("status").Values("DRAFT", "SUBMITTED", "RETURNED", "PUBLISHED", "WITHDRAWN").Default("DRAFT"),
		field.Int("version").Default(1).Comment("counts up with every save: who saves says which one he has read"),
		field.Time("published_at").Optional().Nillable(),
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
		edge.To("versions", ListingVersion.Type),
		edge.To("comments", ListingComment.Type),
	}
}

func (Listing) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("status", "field"), index.Fields("status", "city"),
		index.Fields("import_key").Edges("seller").Unique(),
	}
}

// ListingVersion is a listing as it was when it passed from one hand to the other. It is never changed.
type ListingVersion struct{ ent.Schema }

func (ListingVersion) Fields() []ent.Field {
	return []ent.Field{
		field.Int("number").Positive().Immutable(),
		field.Enum("what").Values("SUBMITTED", "RETURNED", "PUBLISHED", "WITHDRAWN").Immutable(),
		field.JSON("sheet", subject.Sheet{}).Immutable(),
		field.Time("at").Immutable(),
	}
}

func (ListingVersion) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("listing", Listing.Type).Ref("versions").Unique().Required().Immutable(),
		edge.To("person", Person.Type).Unique().Required().Immutable(),
	}
}

func (ListingVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("number").Edges("listing").Unique()}
}

// ListingComment is what a reviewer asks the seller to mend.
type ListingComment struct{ ent.Schema }

func (ListingComment) Fields() []ent.Field {
	return []ent.Field{
		field.String("field").Default("").MaxLen(200).Immutable().Comment("of the sheet's JSON; empty for the whole"),
		field.Text("text").NotEmpty().Immutable(),
		field.Int("number").Immutable().Comment("of the version that was returned with it"),
		field.Time("at").Immutable(),
	}
}

func (ListingComment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("listing", Listing.Type).Ref("comments").Unique().Required().Immutable(),
		edge.To("person", Person.Type).Unique().Required().Immutable(),
	}
}
