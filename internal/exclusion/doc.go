// Package exclusion says who may not bid on a lot, who is looked at again, and whose name as a party of interest is
// published (R1.6 to R1.8): from the parties of a sale, who owns and controls whom, and what they have in common.
//
// Judge is pure, and tells for each verdict the links on which it rests, so that an operator can check them and a bidder
// can be given the reason. Parties are opaque codes; whether two records mean the same party is decided before.
//
// It may import ident, and nothing else of the house.
package exclusion
