package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Ticket is a way in that was sent to an address: it proves once, and for a while, that its bearer reads that address's
// mail. Only identity may name it.
type Ticket struct{ ent.Schema }

func (Ticket) Fields() []ent.Field {
	return []ent.Field{
		field.String("purpose").NotEmpty().MaxLen(32).Immutable(),
		field.String("digest").NotEmpty().MaxLen(64).Unique().Immutable().Comment("SHA-256 of the secret, which is in the letter alone"),
		field.String("email").NotEmpty().MaxLen(254).Immutable(),
		field.Int("about").Default(0).Immutable().Comment("id of what it is about: an invitation, a person; 0 nothing"),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Time("expires_at"),
		field.Time("used_at").Optional().Nillable().Comment("or when another took its place"),
	}
}

func (Ticket) Indexes() []ent.Index {
	return []ent.Index{index.Fields("email", "purpose"), index.Fields("expires_at")}
}
