package playback

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says how bad a [Diagnostic] is.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"   // readers refuse the line, or the replay would be wrong
	SeverityWarning Severity = "warning" // readers cope, but a producer should do better
	SeverityInfo    Severity = "info"    // good to know: holes, unknown kinds
)

// Diagnostic is something about a line that its author should know.
type Diagnostic struct {
	Line     int      `json:"line"`   // from 1
	Column   int      `json:"column"` // in bytes of UTF-8 from 1
	Severity Severity `json:"severity"`
	Code     string   `json:"code"` // names the rule: see the Code constants
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitzero"` // what to do; may be empty
}

// The rules that [Check] knows, by the Code of their diagnostics.
const (
	CodeNotPlayback   = "not-playback"   // the first line is no header
	CodeVersion       = "version"        // a newer format
	CodeEncoding      = "encoding"       // byte order mark, CR LF, bytes that are no UTF-8
	CodeLineLength    = "line-length"    // too long to be read, or to be shown by editors
	CodeTorn          = "torn"           // the last line ends early
	CodeSyntax        = "syntax"         // no JSON object, or an empty line
	CodeDuplicateKey  = "duplicate-key"  // a key stands twice in one object
	CodeSchema        = "schema"         // a value that schema.json does not allow
	CodeEnvironment   = "environment"    // the header asks for what no browser knows
	CodeUnknownKind   = "unknown-kind"   // kept and passed on
	CodeUnknownKey    = "unknown-key"    // kept and passed on
	CodeOrder         = "order"          // a line that stands in the wrong place
	CodeTime          = "time"           // t decreases
	CodeDuplicateID   = "duplicate-id"   // an id stands twice
	CodeDangling      = "dangling"       // a reference to an id that is not there
	CodeReference     = "reference"      // a reference to an event of the wrong kind
	CodeDoubleAnswer  = "double-answer"  // a second res or fail for one req
	CodeNoAnswer      = "no-answer"      // a req without res or fail
	CodeBody          = "body"           // a body in two forms, or in one that does not give back its bytes
	CodeHole          = "hole"           // lost content
	CodeHeaderName    = "header-name"    // not in lower case
	CodeBlob          = "blob"           // parts missing or out of order, damaged, wrong hash or size
	CodeBlobMissing   = "blob-missing"   // $ref to a blob that is nowhere
	CodeBlobUnused    = "blob-unused"    // a blob that nothing refers to
	CodeFileSize      = "file-size"      // blobs should stand beside the file
	CodeDuplicateNote = "duplicate-note" // two states of one note
	CodeMore          = "more"           // how many more there are
)

// maxDiagnostics is how many diagnostics of one severity are kept.
const maxDiagnostics = 1000

// diagnostics collects what a check finds, in bounded memory.
type diagnostics struct {
	all   []Diagnostic
	count map[Severity]int
	hear  func(*Diagnostic) // of each, also of those that are not kept; may be nil
}

func (d *diagnostics) add(x Diagnostic) {
	if d.count == nil {
		d.count = make(map[Severity]int)
	}
	d.count[x.Severity]++
	if d.hear != nil {
		d.hear(&x)
	}
	if d.count[x.Severity] <= maxDiagnostics {
		d.all = append(d.all, x)
	}
}

// sorted returns what was found in the order of the file, and at its end how many there are beyond the limit.
func (d *diagnostics) sorted(last int) []Diagnostic {
	slices.SortStableFunc(d.all, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for _, s := range [...]Severity{SeverityError, SeverityWarning, SeverityInfo} {
		if more := d.count[s] - maxDiagnostics; more > 0 {
			d.all = append(d.all, Diagnostic{
				Line: last, Column: 1, Severity: s, Code: CodeMore,
				Message: fmt.Sprintf("%d more of this severity are not listed", more),
			})
		}
	}
	return d.all
}
