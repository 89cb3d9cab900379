package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Upload is a file on its way to become listings. It is kept for the steps of an import and goes by itself.
type Upload struct{ ent.Schema }

func (Upload) Fields() []ent.Field {
	return []ent.Field{
		field.String("token").NotEmpty().MaxLen(32).Unique().Comment("its name in addresses, not to be guessed"),
		field.Int("person_id"),
		field.Int("organisation_id"),
		field.String("name").MaxRuneLen(200).Comment("as the file was called; for people to read and nothing else"),
		field.Bytes("data").MaxLen(32 << 20),
		field.Text("choices").Default("").Comment("JSON: how it is to be read, and which rows are left out"),
		field.Enum("state").Values("NEW", "RUNNING", "DONE", "FAILED").Default("NEW"),
		field.Text("report").Default("").Comment("JSON, once it is DONE"),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Time("started_at").Optional().Nillable(),
		field.Time("expires_at"),
	}
}

func (Upload) Indexes() []ent.Index {
	return []ent.Index{index.Fields("expires_at"), index.Fields("person_id", "organisation_id")}
}
