package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// PersonSession is a browser in which a person is signed in, as the person is shown it and may end it: without its row a
// session holds nobody. What the session holds is kept elsewhere, by its token. Only identity may name it.
type PersonSession struct{ ent.Schema }

func (PersonSession) Fields() []ent.Field {
	return []ent.Field{
		field.Int("person_id").Immutable(),
		field.String("digest").NotEmpty().MaxLen(64).Unique().Comment("SHA-256 of the token, which is in the cookie alone"),
		field.Enum("way").Values("PASSWORD", "PASSKEY", "DEMO").Immutable(),
		field.String("device").Default("").MaxLen(100).Immutable().Comment("browser and system, as the browser calls itself"),
		field.String("address").Default("").MaxLen(64).Comment("network address, last seen; empty in the demo"),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Time("seen_at").Comment("to within some minutes"),
		field.Time("expires_at"),
	}
}

func (PersonSession) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Unique().Required().Immutable().Field("person_id")}
}

func (PersonSession) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id"), index.Fields("expires_at")}
}

// Passkey is a key pair in a person's device by which he signs in; its public half. Only identity may name it.
type Passkey struct{ ent.Schema }

func (Passkey) Fields() []ent.Field {
	return []ent.Field{
		field.Int("person_id").Immutable(),
		field.String("name").NotEmpty().MaxLen(60),
		field.String("key_id").NotEmpty().MaxLen(1400).Unique().Immutable().Comment("credential id, base64url"),
		field.Bytes("handle").MaxLen(64).Immutable().Sensitive().Comment("under which the device knows the person: random, and of no meaning"),
		field.Bytes("record").Sensitive().Comment("the credential as go-webauthn keeps it, JSON"),
		field.Int64("sign_count").Default(0).Comment("as the device last told"),
		field.Bool("cloned").Default(false).Comment("its count once went back: there may be a copy of it"),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

func (Passkey) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Unique().Required().Immutable().Field("person_id")}
}

func (Passkey) Indexes() []ent.Index { return []ent.Index{index.Fields("person_id")} }
