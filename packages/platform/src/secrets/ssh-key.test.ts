import { expect, test } from 'vitest';
import { fingerprintOf } from './ssh-key.ts';

// Made by ssh-keygen for these tests, which has also said the fingerprints.
const ed25519 = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACD7MdNdPAu49ypHeeuzmQx8+qrghQ7OnZjOl7Da+qqS1wAAAIhDnOJlQ5zi
ZQAAAAtzc2gtZWQyNTUxOQAAACD7MdNdPAu49ypHeeuzmQx8+qrghQ7OnZjOl7Da+qqS1w
AAAEBHpgCizr6Mc6l9tm5YvWTNUjDc2L2AiDLWZKaVhFDAZfsx0108C7j3Kkd567OZDHz6
quCFDs6dmM6XsNr6qpLXAAAAAXQBAgME
-----END OPENSSH PRIVATE KEY-----
`;
const rsa = `-----BEGIN RSA PRIVATE KEY-----
MIICXgIBAAKBgQDhfzAkgIzRT03DR++HNI01+gcNWhsIbA3SJ+XQixFOOHQ8yveG
fSrG2D/W/93oThsacu3lzzqRJCIVWByxpwoDunhKAk3wXaWkYhaFPLy+QCykpyP3
x7tAChOG9zPqO/7twoxRVEN/RcU0tR59jawSSnvx1zvCbPzPnjZu2nqpVwIDAQAB
AoGBAK4XiO6VhKJQTKQYlJfY/bCPgQRQ7Y/6BE2c2fPAejLeqPcKaEGfvvfXmqn9
zq/8JTatRnfnHrtRnzLFXRnW8YXuW2WiCI9JgrefRmlZTf/x0fVbC+pUZqpbsmaE
8Ik+VXJvmRVDCNQvtzVoxHLLemqzpmabT1QEdYZIeExH7y7pAkEA8xAFEn4sMakm
7zfS21GrH5pq4YkBwoNy/mce5YuwhJ4HVY8cmykPLZ4wJ+7lBtdp7jlYd/r7JHVF
UFahH3JdmwJBAO1/0RCgidl+pv+C2NCKTR230+B3HfL1O7Eg13wE/0TD5a07rWn0
ptixbBS3xEhJvZ2J14U9ooGZT5KQuTkQfPUCQF99dLCuNwiPjsc+ZC1bqWHyFXlj
jPhxEfVWZ/IAbim7t9/qKG/gsqDWW87kcL++U1SO3O3OAWpyU/fbANPM528CQQCo
cE5GDJW3uyuVa6d5v5yRxx5txA1pkqOTLEennaOtkYIDKqAC1ZC/fpW429xJqILi
iDBiPyRR5fmZaSr0Xc1BAkEA2Dul8Qw0YsQ2+UG0b9oGnfQPokxYev+nzWgVC3RP
ed5iN2kpoRvn9T7tTHfK3DE0zmb9zxchTO9ysLSDG66zig==
-----END RSA PRIVATE KEY-----
`;
const ecdsa = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMU8fsv4g/Gl20kud
oaEpVHd4D/pIk+tpSFgtTSatn+ChRANCAAS/siIkas7oYEXQZnpX3QZ7jETMnNOo
tiF/oBIhvO2G9OZejTpx+C3xpOFoIAnT5R33Qc0Q2wQKTUeW98QNOpii
-----END PRIVATE KEY-----
`;
const withPassphrase = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBoNMcK/7
bpZQUECMWNupsdAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIGHFIzn0Y/0DLhVk
AUJuFVHWm0bbuIoyKSer9ime+17QAAAAkKK98bA8NSB7g8xJSaFXcF0cFWWrQDjQ4H7ijL
k2lP9/XkLIpSBhlsemEsmY4MTQoKj1gijjA6eQ2T0wJd7Ew30zgRdme211oeKVftvmqh99
tIyXEuFbZ9feBC+qWdWYcpLEKolrTm4vO7TmQLIs82HO9O3R73uEhHOh58FQQuvCImKLKQ
SbkjVnaB29PQRRLw==
-----END OPENSSH PRIVATE KEY-----
`;

test.each([
  ['OpenSSH, Ed25519', ed25519, 'SHA256:I9JCQ6KNJ6EyScrv3aKy3LtwiCyuMJwpfMX5ap6+5b0'],
  ['PEM, RSA', rsa, 'SHA256:tsvOCiOVmbz+LcbwMOYwbh0YosyjVfoeV1TYqgm+BdA'],
  ['PKCS #8, ECDSA', ecdsa, 'SHA256:4e7s69p8Bid1KiluxpuA/bX2XTpDE0bp2yuygJx60mE'],
])('the fingerprint of a key is the one that ssh-keygen shows: %s', (_, key, fingerprint) => {
  expect(fingerprintOf(key)).toBe(fingerprint);
  expect(fingerprintOf(key.replaceAll('\n', '\r\n'))).toBe(fingerprint);
});

test('a key that asks for a passphrase is refused, and so is what is no key, without being quoted', () => {
  expect(() => fingerprintOf(withPassphrase)).toThrow(/passphrase/);
  const others = ['correct horse', '', ed25519.slice(0, 120), ed25519.replace('b3BlbnNza', 'AAAAAAAAA'), rsa.slice(90)];
  for (const other of others) {
    expect(() => fingerprintOf(other), other).toThrow(/no private key/);
    expect(() => fingerprintOf(other), other).not.toThrow(/correct/);
  }
});
