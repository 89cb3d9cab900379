// Package fault is how a service says no: one Error with a code from a closed list. Each edge turns a code into its own
// kind of reply (a status, a close code) and into the language of the reader; the message here is for logs and tests.
//
// It is pure and imports nothing of the house.
package fault

import (
	"errors"
	"strings"
)

// Code is what kind of no it is. The list is closed.
type Code string

const (
	Invalid      Code = "invalid"        // the request says something that cannot be; see Fields
	SignIn       Code = "sign_in"        // nobody is signed in
	Credentials  Code = "credentials"    // wrong address or password
	Forbidden    Code = "forbidden"      // signed in, but not for this
	NotFound     Code = "not_found"      //
	Conflict     Code = "conflict"       // the thing's state does not allow it
	TooMany      Code = "too_many"       // ask more slowly
	TooLarge     Code = "too_large"      // a body beyond the limit
	Unavailable  Code = "unavailable"    // a part of the house is away; ask again
	UnknownYet   Code = "unknown_yet"    // it is not known whether it happened; ask again with the same key
	Internal     Code = "internal"       // everything that nobody foresaw
	WrongMethod  Code = "wrong_method"   //
	CrossOrigin  Code = "cross_origin"   // a request that another site made
	BadMediaType Code = "bad_media_type" //
)

// Problem is which rule a field breaks, e.g. "REQUIRED" or "DEPOSIT_LATE".
type Problem string

// Field is one entry of a form and the rule it breaks.
type Field struct {
	Name    string
	Problem Problem
}

// Error is a refusal. Problem says which rule it rests on, where there is more than one for the code.
type Error struct {
	Code    Code
	Problem Problem
	Fields  []Field
	Message string // for the log; never a secret
}

func (e *Error) Error() string {
	parts := []string{string(e.Code)}
	if e.Problem != "" {
		parts = append(parts, string(e.Problem))
	}
	for _, f := range e.Fields {
		parts = append(parts, f.Name+" "+string(f.Problem))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	return strings.Join(parts, ": ")
}

// New makes an error that rests on one rule.
func New(c Code, p Problem, message string) *Error {
	return &Error{Code: c, Problem: p, Message: message}
}

// OfFields makes an Invalid error; nil if no field is at fault.
func OfFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Fields: fields}
}

// Of returns the code of an error, Internal for one that has none.
func Of(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// In returns the Error within err, or an Internal one.
func In(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: Internal}
}
