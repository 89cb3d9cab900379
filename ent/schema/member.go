package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Invitation asks somebody by mail to act for an organisation. Its secret is in a Ticket.
type Invitation struct{ ent.Schema }

func (Invitation) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id"),
		field.String("email").NotEmpty().MaxLen(254).Comment("lower case"),
		field.Enum("role").Values("ADMINISTRATOR", "AGENT", "EDITOR", "FINANCE", "VIEWER"),
		field.Int("invited_by").Comment("id of a person"),
		field.Enum("state").Values("WAITING", "ACCEPTED", "WITHDRAWN").Default("WAITING"),
		field.Int("letters").Default(1).Comment("how often it was sent"),
		field.Time("created_at").Immutable(),
		field.Time("sent_at"),
		field.Time("expires_at"),
		field.Time("decided_at").Optional().Nillable(),
	}
}

func (Invitation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("organisation", Organisation.Type).Unique().Required().Field("organisation_id")}
}

func (Invitation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "state"), index.Fields("email")}
}

// Mandate is a power of attorney: what an agent may do in his organisation's name, from when until when, and the paper
// that says so.
type Mandate struct{ ent.Schema }

func (Mandate) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id"),
		field.Int("person_id").Comment("the agent"),
		field.JSON("scope", []string{}).Comment("BID, LIST, SIGN"),
		field.Time("valid_from"),
		field.Time("valid_until").Comment("no longer valid at this moment"),
		field.Enum("state").Values("SUBMITTED", "ACCEPTED", "REJECTED", "EXPIRED", "REVOKED").Default("SUBMITTED"),
		field.String("file_key").Default("").MaxLen(64).Comment("of the depot; empty where there is no paper"),
		field.String("file_type").Default("").MaxLen(64),
		field.Int64("file_size").Default(0),
		field.String("file_sha256").Default("").MaxLen(64),
		field.Int("submitted_by"),
		field.Time("submitted_at").Default(time.Now),
		field.Int("decided_by").Default(0),
		field.Time("decided_at").Optional().Nillable(),
		field.String("reason").Default("").MaxLen(2000).Comment("of the decision or of the revocation"),
	}
}

func (Mandate) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("organisation", Organisation.Type).Unique().Required().Field("organisation_id"),
		edge.To("person", Person.Type).Unique().Required().Field("person_id"),
	}
}

func (Mandate) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("organisation_id", "person_id", "state"), index.Fields("state", "submitted_at"), index.Fields("person_id"),
	}
}
