package chrome

import "testing"

// TestPagesThatAddToPrototypes: a toJSON that the app gives to all arrays or objects spoils nothing of what is seen.
func TestPagesThatAddToPrototypes(t *testing.T) {
	for name, spoil := range map[string]string{
		"arrays":  "Array.prototype.toJSON = function() { return 'list of ' + this.length; }; String.prototype.toJSON = function() { return 'text'; };",
		"objects": "Object.prototype.toJSON = function() { return 'object'; };",
	} {
		t.Run(name, func(t *testing.T) {
			p := play(t, get(1, "/a", res(2, 150, 50, 200, "a")))
			p.run(spoil + `fetch('/a').then((r) => r.text()).then(log)`)
			p.until(200, 3)
			p.wantSeen("req 1 serve", "res 2")
			p.run(`delete Array.prototype.toJSON; delete Object.prototype.toJSON`) // of which the log of this test knows
			p.wantLog("a")
		})
	}
}
