// Package identity knows organisations and the people who act for them: it proves who signs in and says what he may do.
// Passwords are argon2id hashes in an entity of their own, which no other package may name.
//
// It may import the rules and ent, never net/http: sessions and cookies are site's.
package identity
