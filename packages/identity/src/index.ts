export * from './groups.ts';
export * from './ldap.ts';
export * from './oidc.ts';
export * from './passkey.ts';
export * from './password.ts';
export * from './totp.ts';
