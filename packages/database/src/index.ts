export { Database, openDatabase, type DatabaseOptions, type Tables, type Transaction } from './database.ts';
export { admit } from './admit.ts';
export { openFeed, type Feed, type Window } from './feed.ts';
export { usableHome } from './home.ts';
export { migrate, type Migration } from './migrate.ts';
export { startPostgres, type Postgres, type PostgresOptions } from './postgres.ts';
export { openSession, type Session, type SessionOptions } from './session.ts';
export { databaseFailure, unavailable } from './unavailable.ts';
