//go:build !linux

package browser

// Memory is the memory in bytes that the browser's processes take; 0: not known, as here.
func (b *Browser) Memory() int64 { return 0 }
