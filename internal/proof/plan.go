package proof

import (
	"bytes"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/g60-corridor/corridor/internal/auction"
)

// The slow path: every event is written and read by a plan that is made from its type once. The hot events have
// a writer by hand as well (hot.go); a test holds the two equal.

// shape is how a value is written.
type shape int

const (
	textShape shape = iota
	intShape
	boolShape
	instantShape
	keyShape
	objectShape
	pointerShape // of an object; absent if nil
	listShape    // of objects
)

// planField is one key of a canonical object.
type planField struct {
	name      string
	index     []int
	shape     shape
	omitEmpty bool
	secret    string // "", always, hidden, maximum, reserve
	sub       *plan
	lead      string // what stands before the value: `"name":`
}

type plan struct {
	typ    reflect.Type
	kind   string
	fields []planField // sorted by name; an event's own have "at" and "kind" among them, with no index
}

const (
	atField   = "at"
	kindField = "kind"
)

// plans has every event of the log by its kind.
var plans = planEvents(
	auction.LotPublished{}, auction.ReserveSealed{}, auction.BidderAdmitted{}, auction.BidderSuspended{},
	auction.LotOpened{}, auction.BidAccepted{}, auction.MaximumRaised{}, auction.BidRefused{},
	auction.LimitedStarted{}, auction.LotPaused{}, auction.ResumeAnnounced{}, auction.LotResumed{},
	auction.LotClosed{}, auction.LotWithdrawn{}, auction.LotAnnulled{}, auction.CommandRefused{},
)

func planEvents(events ...auction.Event) map[string]*plan {
	all := map[string]*plan{}
	for _, e := range events {
		p := &plan{typ: reflect.TypeOf(e), kind: e.Kind()}
		p.fields = []planField{{name: atField, shape: instantShape}, {name: kindField, shape: textShape}}
		p.add(p.typ, nil)
		p.sort()
		all[p.kind] = p
	}
	return all
}

func (p *plan) sort() {
	sort.Slice(p.fields, func(i, j int) bool { return p.fields[i].name < p.fields[j].name })
	for i := range p.fields {
		p.fields[i].lead = `"` + p.fields[i].name + `":`
	}
}

// add takes up the fields of a struct, those of embedded structs as if they were its own.
func (p *plan) add(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int(nil), index...), i)
		if f.Anonymous {
			p.add(f.Type, at)
			continue
		}
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := planField{name: name, index: at, omitEmpty: option == "omitempty", secret: f.Tag.Get("secret")}
		field.shape, field.sub = shapeOf(f.Type)
		p.fields = append(p.fields, field)
	}
}

func shapeOf(t reflect.Type) (shape, *plan) {
	switch t {
	case reflect.TypeFor[auction.Instant]():
		return instantShape, nil
	case reflect.TypeFor[auction.Key]():
		return keyShape, nil
	}
	object := func(t reflect.Type) *plan {
		sub := &plan{typ: t}
		sub.add(t, nil)
		sub.sort()
		return sub
	}
	switch t.Kind() {
	case reflect.String:
		return textShape, nil
	case reflect.Int, reflect.Int64:
		return intShape, nil
	case reflect.Bool:
		return boolShape, nil
	case reflect.Struct:
		return objectShape, object(t)
	case reflect.Pointer:
		return pointerShape, object(t.Elem())
	case reflect.Slice:
		return listShape, object(t.Elem())
	}
	panic(fmt.Sprintf("proof: an event has a field of type %v, which has no canonical form", t)) // found by any test
}

// secretNow says whether a field of this event is a secret.
func (f *planField) secretNow(e auction.Event) bool {
	switch f.secret {
	case "":
		return false
	case "hidden":
		a, ok := e.(auction.BidAccepted)
		return ok && a.Hidden
	case "maximum":
		r, ok := e.(auction.BidRefused)
		return ok && r.BidKind == auction.Maximum
	}
	return true // always; and reserve: the encoder does not see the terms, the record opens what they announce
}

func (f *planField) appendValue(b []byte, v reflect.Value) []byte {
	switch f.shape {
	case textShape:
		return appendString(b, v.String())
	case intShape:
		return strconv.AppendInt(b, v.Int(), 10)
	case boolShape:
		return strconv.AppendBool(b, v.Bool())
	case instantShape:
		return appendInstant(b, auction.Instant(v.Int()))
	case keyShape:
		key := v.Interface().(auction.Key)
		return append(appendHex(append(b, '"'), key[:]), '"')
	case pointerShape:
		return f.sub.appendObject(b, v.Elem())
	case listShape:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = f.sub.appendObject(b, v.Index(i))
		}
		return append(b, ']')
	}
	return f.sub.appendObject(b, v)
}

func (p *plan) appendObject(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	first := true
	for i := range p.fields {
		f := &p.fields[i]
		fv := v.FieldByIndex(f.index)
		if f.omitEmpty && empty(fv) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = f.appendValue(append(b, f.lead...), fv)
	}
	return append(b, '}')
}

func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// appendEvent writes the body; hide is called for each secret with its value in canonical form and returns the
// commitment.
func (p *plan) appendEvent(b []byte, at auction.Instant, e auction.Event, hide func(f *planField, value []byte) auction.Hash) []byte {
	v := reflect.ValueOf(e)
	sep := byte('{')
	for i := range p.fields {
		f := &p.fields[i]
		var fv reflect.Value
		if f.index != nil {
			if fv = v.FieldByIndex(f.index); f.omitEmpty && empty(fv) {
				continue
			}
		}
		b = append(append(b, sep), f.lead...)
		sep = ','
		switch {
		case f.name == atField:
			b = appendInstant(b, at)
		case f.name == kindField:
			b = appendString(b, p.kind)
		case f.secretNow(e):
			b = appendCommitment(b, hide(f, f.appendValue(nil, fv)))
		default:
			b = f.appendValue(b, fv)
		}
	}
	return append(b, '}')
}

func appendCommitment(b []byte, c auction.Hash) []byte {
	b = append(b, `{"c":"`...)
	b = appendHex(b, c[:])
	return append(b, `"}`...)
}

func (f *planField) readValue(r *reader, v reflect.Value) {
	switch f.shape {
	case textShape:
		v.SetString(r.string())
	case intShape:
		v.SetInt(r.int())
	case boolShape:
		v.SetBool(r.bool())
	case instantShape:
		v.SetInt(int64(r.instant()))
	case keyShape:
		var key auction.Key
		r.hex(key[:])
		v.Set(reflect.ValueOf(key))
	case objectShape:
		f.sub.readObject(r, v)
	case pointerShape:
		v.Set(reflect.New(f.sub.typ))
		f.sub.readObject(r, v.Elem())
	case listShape:
		f.readList(r, v)
	}
}

func (f *planField) readList(r *reader, v reflect.Value) {
	r.expect("[")
	if r.has("]") {
		return
	}
	for r.err == nil {
		item := reflect.New(f.sub.typ).Elem()
		f.sub.readObject(r, item)
		v.Set(reflect.Append(v, item))
		if r.has("]") {
			return
		}
		r.expect(",")
	}
}

func (p *plan) readObject(r *reader, v reflect.Value) {
	outer := r.field
	sep := "{"
	for i := range p.fields {
		f := &p.fields[i]
		if outer != "" {
			r.field = outer + "." + f.name
		} else {
			r.field = f.name
		}
		if !r.next(&sep, f) {
			continue
		}
		start := r.pos
		fv := v.FieldByIndex(f.index)
		f.readValue(r, fv)
		if f.omitEmpty && empty(fv) {
			r.fail(start, "an empty value that should be left out")
		}
	}
	r.field = outer
	if sep == "{" {
		r.expect("{")
	}
	r.expect("}")
}

// next reads separator and key of a field; false if the field is left out.
func (r *reader) next(sep *string, f *planField) bool {
	start := r.pos
	if r.has(*sep) && r.has(f.lead) {
		*sep = ","
		return true
	}
	r.pos = start
	if !f.omitEmpty {
		r.expect(*sep)
		r.expect(f.lead)
	}
	return false
}

// committed is a secret of an event that has been read: where it belongs and what stands for it.
type committed struct {
	field *planField
	hash  auction.Hash
}

// parsed is a body as it was read. Secret fields of value are zero.
type parsed struct {
	plan    *plan
	at      auction.Instant
	value   reflect.Value // of plan.typ, addressable
	secrets []committed
}

func (p *parsed) event() auction.Event { return p.value.Interface().(auction.Event) }

// parseBody reads a body strictly; *SyntaxError if a byte is not canonical.
func parseBody(body []byte) (*parsed, error) {
	r := &reader{b: body}
	p := readBody(r)
	r.end()
	if r.err != nil {
		return nil, r.err
	}
	return p, nil
}

// readBody reads a body that stands next; nil with r.err set if it is not canonical.
func readBody(r *reader) *parsed {
	if r.err != nil {
		return nil
	}
	start := r.pos
	kind, at := kindOf(r.b[start:])
	pl := plans[kind]
	if pl == nil {
		r.field = kindField
		r.fail(start+at, "no known kind of event")
		return nil
	}
	p := &parsed{plan: pl, value: reflect.New(pl.typ).Elem()}
	sep := "{"
	for i := range pl.fields {
		f := &pl.fields[i]
		r.field = f.name
		if !r.next(&sep, f) {
			continue
		}
		switch {
		case f.name == atField:
			p.at = r.instant()
		case f.name == kindField:
			r.expect(`"` + pl.kind + `"`)
		case f.secret != "" && r.has(`{"c":`):
			c := committed{field: f}
			r.hex(c.hash[:])
			r.expect("}")
			p.secrets = append(p.secrets, c)
		default:
			f.readValue(r, p.value.FieldByIndex(f.index))
		}
	}
	r.field = ""
	r.expect("}")
	if r.err == nil {
		p.checkSecrets(r, start)
	}
	if r.err != nil {
		return nil
	}
	return p
}

// checkSecrets demands a commitment for exactly what is secret.
func (p *parsed) checkSecrets(r *reader, start int) {
	e := p.event()
	for i := range p.plan.fields {
		f := &p.plan.fields[i]
		if f.secret == "" {
			continue
		}
		hidden := false
		for _, c := range p.secrets {
			hidden = hidden || c.field == f
		}
		if r.field = f.name; hidden != f.secretNow(e) {
			r.fail(start, "a secret must be a commitment, and nothing else may be one")
		}
	}
	r.field = ""
}

// kindOf finds the kind of an event in its body, and where it stands; 0 if nowhere. The bytes `"kind":"` can stand
// nowhere else: a quotation mark inside a text is escaped, and no nested object has such a key. Neither does a line
// feed stand in a body, so the search stays in it.
func kindOf(body []byte) (kind string, at int) {
	const key = `"kind":"`
	if end := bytes.IndexByte(body, '\n'); end >= 0 {
		body = body[:end]
	}
	before, rest, found := bytes.Cut(body, []byte(key))
	if !found {
		return "", 0
	}
	name, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(name), len(before) + len(key)
}
