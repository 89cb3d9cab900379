package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Person is somebody who can sign in.
type Person struct{ ent.Schema }

func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").NotEmpty().MaxLen(254).Unique().Comment("lower case"),
		field.String("name_zh").NotEmpty().MaxLen(100),
		field.String("name_en").Default("").MaxLen(100),
		field.String("locale").Default("").MaxLen(5).Comment("zh or en; empty follows the browser"),
		field.String("orcid").Default("").MaxLen(19).Comment("normal form; empty for none"),
		field.Bool("demo").Default(false),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

func (Person) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("memberships", Membership.Type),
		edge.To("credential", Credential.Type).Unique(),
	}
}

// Credential is how a person proves to be himself. Only identity may name it.
type Credential struct{ ent.Schema }

func (Credential) Fields() []ent.Field {
	return []ent.Field{
		field.String("password_hash").Sensitive().Comment("argon2id"),
		field.Time("changed_at").Default(time.Now),
	}
}

func (Credential) Edges() []ent.Edge {
	return []ent.Edge{edge.From("person", Person.Type).Ref("credential").Unique().Required()}
}

// Membership is a person's role in an organisation.
type Membership struct{ ent.Schema }

func (Membership) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("role").Values("ADMINISTRATOR", "AGENT", "EDITOR", "FINANCE", "VIEWER"),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

func (Membership) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("person", Person.Type).Ref("memberships").Unique().Required(),
		edge.From("organisation", Organisation.Type).Ref("memberships").Unique().Required(),
	}
}

func (Membership) Indexes() []ent.Index {
	return []ent.Index{index.Edges("person", "organisation").Unique()}
}

// AuditAction is what somebody did that others may ask about later.
type AuditAction struct{ ent.Schema }

func (AuditAction) Fields() []ent.Field {
	return []ent.Field{
		field.Int("person_id").Default(0).Comment("0: the system"),
		field.Int("organisation_id").Default(0),
		field.String("action").NotEmpty().MaxLen(64),
		field.String("subject").Default("").MaxLen(64).Comment("for instance lot:12"),
		field.Text("detail").Default(""),
		field.Time("at").Default(time.Now).Immutable(),
	}
}

func (AuditAction) Indexes() []ent.Index {
	return []ent.Index{index.Fields("subject"), index.Fields("person_id")}
}
