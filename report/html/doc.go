// Package html writes a case as one page that needs nothing else: no script, no
// font, no picture and no link leads out of it, and its policy forbids the
// browser to fetch anything. The same case gives the same bytes. All that comes
// of the evidence is text, with what cannot be seen shown escaped. The page
// holds at most 2 MB: what it leaves out, it says where to find. It decides
// neither wording nor order, and opens no file.
package html
