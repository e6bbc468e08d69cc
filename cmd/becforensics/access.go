package main

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kong"

	"becforensics/ingest/evidence"
)

// confine has the system hold the process to what its command line names. It
// is for the program alone: a process of tests runs many command lines.
var confine = func(evidence.Access) {}

// accessOf is what a command line needs of the file system. The tag access of a
// flag or argument says what its paths are for:
//
//	read      files and folders that are read
//	read-all  what may name any file to read
//	write     outputs, for which the folder is written to
//	case      a case, the folder of which is written to
//	temp      folders of temporary files
//
// ok is false for a command that touches no file.
func accessOf(k *kong.Context) (a evidence.Access, ok bool) {
	temporary := false
	for _, v := range inputs(k) {
		for _, path := range paths(v) {
			switch v.Tag.Get("access") {
			case "read":
				a.Read = append(a.Read, path)
			case "read-all":
				a.All = true
			case "write":
				a.Write = append(a.Write, filepath.Dir(filepath.Clean(path)))
			case "case":
				if info, err := os.Stat(path); err != nil || !info.IsDir() {
					path = filepath.Dir(filepath.Clean(path))
				}
				a.Write = append(a.Write, path)
			case "temp":
				a.Write = append(a.Write, path)
			}
		}
		temporary = temporary || v.Tag.Get("access") == "temp"
		ok = ok || v.Tag.Has("access")
	}
	if temporary && len(a.Write) == 0 {
		a.Write = append(a.Write, os.TempDir())
	}
	return a, ok
}

// inputs are the flags and arguments of the command that a command line names.
func inputs(k *kong.Context) []*kong.Value {
	var all []*kong.Value
	for node := k.Selected(); node != nil; node = node.Parent {
		all = append(all, node.Positional...)
		for _, f := range node.Flags {
			all = append(all, f.Value)
		}
	}
	return all
}

// paths are what a flag or argument was given.
func paths(v *kong.Value) []string {
	var all []string
	switch value := v.Target.Interface().(type) {
	case string:
		all = []string{value}
	case []string:
		all = value
	}
	return slices.DeleteFunc(slices.Clone(all), func(p string) bool { return p == "" })
}
