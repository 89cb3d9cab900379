package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// OrganisationSecret is what nobody but an organisation's administrators and the operator may read of it. Only identity may
// name it.
type OrganisationSecret struct{ ent.Schema }

func (OrganisationSecret) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Unique().Immutable(),
		field.Bytes("sealed").Sensitive().Comment("JSON, encrypted: representative, address, telephone, bank account"),
		field.String("account_digest").Default("").MaxLen(64).Sensitive().Comment("keyed; tells that two have one account, not which"),
		field.String("phone_digest").Default("").MaxLen(64).Sensitive(),
		field.Time("changed_at"),
	}
}

func (OrganisationSecret) Indexes() []ent.Index {
	return []ent.Index{index.Fields("account_digest"), index.Fields("phone_digest")}
}

// OrganisationPaper is a document that proves something about an organisation. Only identity may name it.
type OrganisationPaper struct{ ent.Schema }

func (OrganisationPaper) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.Enum("kind").Values("LICENCE", "REPRESENTATIVE", "AUCTION_LICENCE", "USCC_PROOF", "OWNERSHIP", "OTHER").Immutable(),
		field.String("key").NotEmpty().MaxLen(64).Sensitive().Immutable().Comment("of the file in the depot"),
		field.String("name").MaxRuneLen(200).Immutable().Comment("as the file was called; for people to read and nothing else"),
		field.String("type").MaxLen(100).Immutable(),
		field.Int64("size").Immutable(),
		field.String("sha256").MaxLen(64).Immutable(),
		field.Int("person_id").Immutable().Comment("who handed it in"),
		field.Int("by_organisation").Immutable(),
		field.Time("at").Immutable(),
		field.Time("removed_at").Optional().Nillable(),
	}
}

func (OrganisationPaper) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "kind")}
}

// OrganisationStep is a step of an organisation's verification. It is never changed.
type OrganisationStep struct{ ent.Schema }

func (OrganisationStep) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.String("deed").NotEmpty().MaxLen(24).Immutable(),
		field.String("before").MaxLen(24).Immutable(),
		field.String("after").MaxLen(24).Immutable(),
		field.Text("reasons").Default("").Immutable(),
		field.Int("paper_id").Default(0).Immutable().Comment("on which a code counts whose check characters are wrong; §7.1"),
		field.Time("until").Optional().Nillable().Immutable(),
		field.Int("person_id").Default(0).Immutable().Comment("0: the clock"),
		field.Int("by_organisation").Default(0).Immutable(),
		field.Time("at").Immutable(),
	}
}

func (OrganisationStep) Indexes() []ent.Index { return []ent.Index{index.Fields("organisation_id")} }

// OwnershipLink is how an organisation stands to another party. Only identity may name it.
type OwnershipLink struct{ ent.Schema }

func (OwnershipLink) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable().Comment("whose page it stands on"),
		field.Bool("outward").Immutable().Comment("the organisation is the one that owns, controls or acts"),
		field.String("own_name").Default("").MaxRuneLen(200).Immutable().Comment("RELATIVE: which of the organisation's people"),
		field.Enum("relation").Values("OWNS", "CONTROLS", "ACTS_FOR", "WORKS_FOR", "HELPS", "RELATIVE").Immutable(),
		field.String("other_name").NotEmpty().MaxRuneLen(200).Immutable(),
		field.String("other_code").Default("").MaxLen(18).Immutable().Comment("credit code; empty: a person, or nobody with a code"),
		field.Bool("state_organ").Default(false).Immutable().Comment("the other holds companies for the state; Company Law art 265"),
		field.Int64("share_bp").Default(0).Immutable(),
		field.String("since").Default("").MaxLen(10).Immutable(),
		field.String("until").Default("").MaxLen(10),
		field.Enum("source").Values("DECLARED", "OPERATOR").Immutable(),
		field.Int("paper_id").Default(0).Immutable(),
		field.Enum("state").Values("DECLARED", "CONFIRMED", "REJECTED", "ENDED").Default("DECLARED"),
		field.Int("person_id").Immutable(),
		field.Time("at").Immutable(),
		field.String("note").Default("").MaxLen(500),
		field.Int("decided_by").Default(0),
		field.Time("decided_at").Optional().Nillable(),
	}
}

func (OwnershipLink) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "state"), index.Fields("other_code")}
}

// PartyFinding is something that was found about a bidder: to be looked at by the operator, or told to the public. R1.6, R1.7
type PartyFinding struct{ ent.Schema }

func (PartyFinding) Fields() []ent.Field {
	return []ent.Field{
		field.Int("lot_id").Default(0).Immutable(),
		field.Int("project_id").Default(0).Immutable(),
		field.Int("operator_id").Immutable().Comment("whose sale it is, and who looks at it"),
		field.Int("organisation_id").Immutable().Comment("the bidder"),
		field.String("key").NotEmpty().MaxLen(300).Unique().Immutable().Comment("the same is found once"),
		field.Enum("effect").Values("ALERT", "FLAG_PUBLIC").Immutable(),
		field.String("reason").NotEmpty().MaxLen(32).Immutable(),
		field.String("role").NotEmpty().MaxLen(32).Immutable(),
		field.Text("words").Immutable().Comment("JSON: the other party and the chain of links, by name"),
		field.Enum("state").Values("OPEN", "CLEARED", "EXCLUDED").Default("OPEN"),
		field.String("note").Default("").MaxLen(500),
		field.Int("decided_by").Default(0),
		field.Time("decided_at").Optional().Nillable(),
		field.Time("at").Immutable(),
	}
}

func (PartyFinding) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("lot_id", "organisation_id"), index.Fields("project_id", "organisation_id"), index.Fields("effect", "state"),
	}
}

// SignInTrace is from where somebody came, as a keyed digest and for a while. R1.6. Only identity may name it.
type SignInTrace struct{ ent.Schema }

func (SignInTrace) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.Enum("kind").Values("IP", "DEVICE").Immutable(),
		field.String("digest").NotEmpty().MaxLen(64).Sensitive().Immutable(),
		field.Time("seen_at"),
	}
}

func (SignInTrace) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "kind", "digest").Unique(), index.Fields("seen_at")}
}
