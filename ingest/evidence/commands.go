package evidence

import (
	"fmt"
	"slices"
	"strings"
)

// commands are what checks a case without this program: sha256sum for the
// files, ssh-keygen for the newest manifest's signature.
func (l *ledger) commands(elsewhere bool) []string {
	newest := l.manifest[len(l.manifest)-1]
	if newest.text == nil {
		return nil
	}
	option := ""
	if elsewhere {
		option = " --ignore-missing"
	}
	commands := []string{fmt.Sprintf("cd %s && sha256sum -c --strict%s %s", quote(l.folder), option, quote(newest.name))}
	if _, err := readSmall(l.path(newest.name + signatureSuffix)); err == nil {
		commands = append(commands, "cd "+quote(l.folder)+" && "+verifyCommand(newest.name))
	}
	return commands
}

// verifyCommand checks a signature; allowed_signers holds a line for the
// examiner, with the public key that the examiner gave out.
func verifyCommand(manifest string) string {
	return fmt.Sprintf("ssh-keygen -Y verify -f allowed_signers -I examiner -n %s -s %s < %s",
		SignatureNamespace, quote(manifest+signatureSuffix), quote(manifest))
}

// signCommand signs a manifest outside of this program, with a key that may
// have a passphrase or lie in an agent or token.
func signCommand(manifest string) string {
	return fmt.Sprintf("ssh-keygen -Y sign -f KEY -n %s %s", SignatureNamespace, quote(manifest))
}

// quote quotes a word for a shell where it needs to be.
func quote(word string) string {
	if strings.HasPrefix(word, "-") {
		word = "./" + word
	}
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || slices.Contains([]rune("/._-+@"), r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
