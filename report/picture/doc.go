// Package picture draws a case as SVG: what an actor did in lanes, the links
// that make it one actor, a calendar of exposed mailboxes, a strip of
// containment and a map of logons. The same values give the same bytes. A
// picture is readable without colour: shapes, patterns and words carry what
// colours do, and a title and a description say it to who cannot see it. It
// knows nothing of evidence, and the text that it is given stays text: nothing
// in a picture runs, loads or leads out of the page.
package picture
