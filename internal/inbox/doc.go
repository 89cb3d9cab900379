// Package inbox is what people are told: notices, written in the transaction of the decision that they tell of, and the
// letters that go out by mail, at once or once a day as each person likes.
//
// What holds: a notice is there if and only if its decision is; a person is told once under one key, on any number of
// nodes; a letter is written once under one key, and a letter that is marked as sent is not sent again.
//
// What cannot hold: that the mail server gets each letter once. If the node dies, or the line breaks, between the server's
// taking it and our mark, the letter goes out again. It then bears the same Message-ID, made from its key, by which most
// mail servers and programs know the double.
//
// It may import store, agenda, money for amounts in texts, fault, ent, and web/locale, where the words are. It knows no
// rule of the trade: others say what has happened.
package inbox
