package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Document is a paper of a listing. What it says at a time is a version of it; it stays for the record once it was opened.
type Document struct{ ent.Schema }

func (Document) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("audience").Values("PUBLIC", "CONFIDENTIAL", "INTERNAL").Immutable().
			Comment("CONFIDENTIAL: after a promise of secrecy, G9; INTERNAL: the seller and the operator alone, R2.2"),
		field.Enum("kind").Values("DESCRIPTION", "REPORT", "DRAWING", "DATA", "EVIDENCE", "DECISION", "CONSENT", "OTHER"),
		field.String("title_zh").Default("").MaxRuneLen(200).Comment("one of the two is there"),
		field.String("title_en").Default("").MaxRuneLen(200),
		field.Int("version").Default(1).Comment("the newest of its versions"),
		field.Time("removed_at").Optional().Nillable(),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

func (Document) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("listing", Listing.Type).Unique().Required().Immutable(),
		edge.To("versions", DocumentVersion.Type),
	}
}

func (Document) Indexes() []ent.Index { return []ent.Index{index.Edges("listing")} }

// DocumentVersion is a file as it was handed in. It is never changed; its key leads to it in the depot.
type DocumentVersion struct{ ent.Schema }

func (DocumentVersion) Fields() []ent.Field {
	return []ent.Field{
		field.Int("number").Positive().Immutable(),
		field.String("key").NotEmpty().MaxLen(64).Immutable(),
		field.String("type").NotEmpty().MaxLen(120).Immutable().Comment("media type, by its first bytes"),
		field.Int64("size").Positive().Immutable(),
		field.String("sha256").MaxLen(64).Immutable(),
		field.String("name").Default("").MaxRuneLen(200).Immutable().Comment("as its sender called it; for people to read and nothing else"),
		field.Time("at").Immutable(),
	}
}

func (DocumentVersion) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("document", Document.Type).Ref("versions").Unique().Required().Immutable(),
		edge.To("person", Person.Type).Unique().Required().Immutable(),
	}
}

func (DocumentVersion) Indexes() []ent.Index {
	return []ent.Index{index.Edges("document").Fields("number").Unique()}
}

// RoomTerms are what a reader of a listing's confidential papers promises, and whether the seller lets each reader in
// himself. A change is a new row; the newest holds.
type RoomTerms struct{ ent.Schema }

func (RoomTerms) Fields() []ent.Field {
	return []ent.Field{
		field.Int("listing_id").Immutable(),
		field.Int("version").Positive().Immutable(),
		field.String("standard").NotEmpty().MaxLen(32).Immutable().Comment("version of the market's own text"),
		field.Text("text_zh").NotEmpty().Immutable(),
		field.Text("text_en").NotEmpty().Immutable(),
		field.Text("clauses_zh").Default("").Immutable().Comment("what the seller added"),
		field.Text("clauses_en").Default("").Immutable(),
		field.String("sha256").MaxLen(64).Immutable().Comment("of the two texts as they are signed"),
		field.Int("person_id").Default(0).Immutable().Comment("0: the market's text as it stands"),
		field.Time("at").Immutable(),
	}
}

func (RoomTerms) Indexes() []ent.Index {
	return []ent.Index{index.Fields("listing_id", "version").Unique()}
}

// RoomPromise is a signature under the terms of a room. It is never changed.
type RoomPromise struct{ ent.Schema }

func (RoomPromise) Fields() []ent.Field {
	return []ent.Field{
		field.Int("listing_id").Immutable(),
		field.String("sha256").MaxLen(64).Immutable(),
		field.String("typed_name").NotEmpty().MaxRuneLen(100).Immutable(),
		field.String("address").Default("").MaxLen(64).Immutable(),
		field.Time("at").Immutable(),
	}
}

func (RoomPromise) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("terms", RoomTerms.Type).Unique().Required().Immutable(),
		edge.To("organisation", Organisation.Type).Unique().Required().Immutable(),
		edge.To("person", Person.Type).Unique().Required().Immutable(),
	}
}

func (RoomPromise) Indexes() []ent.Index {
	return []ent.Index{index.Edges("terms", "organisation").Unique(), index.Fields("listing_id")}
}

// RoomReader is whether an organisation may read a listing's confidential papers, once it has promised.
type RoomReader struct{ ent.Schema }

func (RoomReader) Fields() []ent.Field {
	return []ent.Field{
		field.Int("listing_id").Immutable(),
		field.Enum("state").Values("REQUESTED", "GRANTED", "REFUSED", "REVOKED"),
		field.Text("reason").Default(""),
		field.Int("decided_by").Default(0).Comment("0: by the promise alone"),
		field.Time("changed_at"),
	}
}

func (RoomReader) Edges() []ent.Edge {
	return []ent.Edge{edge.To("organisation", Organisation.Type).Unique().Required().Immutable()}
}

func (RoomReader) Indexes() []ent.Index {
	return []ent.Index{index.Fields("listing_id").Edges("organisation").Unique()}
}

// RoomDoor is how a seller keeps the room of a listing.
type RoomDoor struct{ ent.Schema }

func (RoomDoor) Fields() []ent.Field {
	return []ent.Field{
		field.Int("listing_id").Unique().Immutable(),
		field.Bool("approval").Default(false).Comment("the seller lets each reader in himself"),
		field.Int64("bytes").Default(0).Comment("of all versions, so that the sum has a limit; the row is the lock on the room"),
	}
}

// Opening is that somebody opened a paper that is not public. It is written before a byte is sent.
type Opening struct{ ent.Schema }

func (Opening) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").NotEmpty().MaxLen(32).Unique().Immutable().Comment("stands on the pages that were sent"),
		field.Int("listing_id").Immutable(),
		field.Int("number").Immutable().Comment("of the version"),
		field.Int("organisation_id").Immutable(),
		field.String("address").Default("").MaxLen(64).Immutable(),
		field.Time("at").Immutable(),
	}
}

func (Opening) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("document", Document.Type).Unique().Required().Immutable(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique().Required().Immutable(),
		edge.To("person", Person.Type).Unique().Required().Immutable(),
	}
}

func (Opening) Indexes() []ent.Index {
	return []ent.Index{index.Fields("listing_id", "at"), index.Fields("organisation_id", "at")}
}
