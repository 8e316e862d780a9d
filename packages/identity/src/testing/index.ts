export { codeAt } from './app.ts';
export { anAuthenticator } from './authenticator.ts';
