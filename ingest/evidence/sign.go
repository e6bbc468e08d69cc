package evidence

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// SignatureNamespace is what a signature of a manifest is for (ssh-keygen -n),
// so that no signature made for something else passes for one.
const SignatureNamespace = "becforensics-case@v1"

const (
	maxKey       = 64 << 10 // bytes of a key file or signature
	leastRSABits = 3072
)

// readKey reads an OpenSSH private key. It fails with an *InputError.
func readKey(path string) (ssh.Signer, error) {
	text, err := readSmall(path)
	if err != nil {
		return nil, &InputError{path, err}
	}
	key, err := ssh.ParsePrivateKey(text)
	var locked *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return nil, &InputError{path, errors.New("the key has a passphrase, which is asked for nowhere here: seal without --key and sign with the command that is printed")}
	case err != nil:
		return nil, &InputError{path, fmt.Errorf("not an OpenSSH private key: %w", err)}
	}
	if public, ok := key.PublicKey().(ssh.CryptoPublicKey); ok {
		if k, ok := public.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() < leastRSABits {
			return nil, &InputError{path, fmt.Errorf("an RSA key of %d bits, fewer than %d", k.N.BitLen(), leastRSABits)}
		}
	}
	return key, nil
}

// readSmall reads a small file, by way of links too.
func readSmall(path string) ([]byte, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, plainError(err)
	}
	h, info, err := openRegular(resolved)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	if info.Size() > maxKey {
		return nil, fmt.Errorf("%d bytes: over the cap of %d", info.Size(), maxKey)
	}
	text, err := io.ReadAll(io.LimitReader(h, maxKey))
	return text, plainError(err)
}

// sign makes the signature of a manifest that ssh-keygen -Y verify takes.
func sign(manifest []byte, key ssh.Signer) ([]byte, error) {
	s, err := sshsig.Sign(bytes.NewReader(manifest), key, sshsig.HashSHA512, SignatureNamespace)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return sshsig.Armor(s), nil
}

// checkSignature fails if a signature is not one of a manifest. It names the
// key that made it; whose key that is it can't tell.
func checkSignature(manifest, signature []byte) (key string, err error) {
	s, err := sshsig.Unarmor(signature)
	if err != nil {
		return "", fmt.Errorf("not a signature: %w", err)
	}
	if err := sshsig.Verify(bytes.NewReader(manifest), s, s.PublicKey, s.HashAlgorithm, SignatureNamespace); err != nil {
		return "", fmt.Errorf("not a signature of this manifest: %w", err)
	}
	return publicKey(s.PublicKey), nil
}

// publicKey is a key as OpenSSH writes it: its type and its text.
func publicKey(k ssh.PublicKey) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k)))
}
