// Package identity knows organisations and the people who act for them: it proves who signs in and says what he may do.
// Passwords are argon2id hashes in an entity of their own, which no other package may name.
//
// What would tell by its time whether somebody has an address (a letter that leads back in, the note of a guess) is a chore,
// done after the answer. A session holds somebody only while its row is there: whoever ends it deletes the row.
//
// It may import the rules and ent, never net/http: sessions and cookies are site's.
package identity
