package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Notice is something that a person was told. Its words are made when it is read, in the reader's language.
type Notice struct{ ent.Schema }

func (Notice) Fields() []ent.Field {
	return []ent.Field{
		field.Int("person_id"),
		field.Int("organisation_id").Default(0).Comment("on whose behalf the person is told; 0: his own"),
		field.String("kind").NotEmpty().MaxLen(48),
		field.JSON("params", map[string]string{}).Comment("what the words need to know"),
		field.String("link").Default("").MaxLen(200).Comment("path of the page that it is about"),
		field.String("key").NotEmpty().MaxLen(160).Comment("what a person was told under a key, he is not told again"),
		field.Enum("mail").Values("BY_TOPIC", "AT_ONCE", "DAILY", "OFF").Default("BY_TOPIC").Comment("what the person chose for this one matter"),
		field.Time("created_at").Immutable(),
		field.Time("read_at").Optional().Nillable(),
		field.Time("mailed_at").Optional().Nillable().Comment("when a letter that tells it was written"),
	}
}

func (Notice) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Unique().Required().Field("person_id")}
}

func (Notice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "key").Unique(), index.Fields("person_id", "read_at"), index.Fields("created_at"),
	}
}

// MailPreference is how a person wishes to be written to about one group of notices. Without one it is at once.
type MailPreference struct{ ent.Schema }

func (MailPreference) Fields() []ent.Field {
	return []ent.Field{
		field.Int("person_id"),
		field.String("topic").NotEmpty().MaxLen(32).Comment("a group of kinds"),
		field.Enum("mode").Values("AT_ONCE", "DAILY", "OFF").Default("AT_ONCE"),
	}
}

func (MailPreference) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Unique().Required().Field("person_id")}
}

func (MailPreference) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "topic").Unique()}
}

// Letter is a mail on its way out, or sent.
type Letter struct{ ent.Schema }

func (Letter) Fields() []ent.Field {
	return []ent.Field{
		field.String("address").NotEmpty().MaxLen(254),
		field.String("lang").MaxLen(5).Comment("zh or en"),
		field.String("subject").NotEmpty().MaxLen(400),
		field.Text("text").Sensitive(),
		field.Text("html").Sensitive(),
		field.String("key").NotEmpty().MaxLen(200).Unique().Comment("one letter is written under a key"),
		field.Enum("state").Values("WAITING", "SENDING", "SENT", "FAILED").Default("WAITING"),
		field.Int("attempts").Default(0),
		field.String("error").Default("").MaxLen(500).Comment("of the last attempt"),
		field.Time("created_at").Immutable(),
		field.Time("sent_at").Optional().Nillable(),
	}
}

func (Letter) Indexes() []ent.Index {
	return []ent.Index{index.Fields("address", "created_at"), index.Fields("created_at")}
}
