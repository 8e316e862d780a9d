export { fingerprintOf } from './fingerprint.ts';
export { isNamedIn } from './is-named.ts';
export { type Wanted, writeCertificate } from './write-certificate.ts';
