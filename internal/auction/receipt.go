package auction

import "crypto/sha256"

// Receipt is what a bidder gets of the leaf of his entry. It proves, once the record is public, that his attempt
// stands in the log; until then neither position nor neighbours can be found from it, as they could from the leaf
// together with the public heads.
func (h Hash) Receipt() Hash {
	const domain = "corridor-receipt/1:"
	var b [len(domain) + len(h)]byte
	copy(b[copy(b[:], domain):], h[:])
	return sha256.Sum256(b[:])
}
