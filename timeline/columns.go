package timeline

// ColumnNamed is the column of a name in the exports.
func ColumnNamed(name string) (Col, bool) {
	for c := range NumCols {
		if c.String() == name {
			return c, true
		}
	}
	return 0, false
}
