// Package form reads the larger forms: what was typed is kept as text, so that a page with faults shows it again.
// The names of the fields are those of the rules file (auction/RULES.md), so that a fault found there finds its field.
package form

// Faults are the faults of a form, by field, as sentences in the reader's language. The empty field is the form itself.
type Faults map[string]string
